/** The body of `GET /healthz`. It is not in `routes/health.ts`, so that the front door can use it without loading zod. */
import type { Health } from "../../shared/api.ts";
import type { ApiDeps } from "./route.ts";

/**
 * @param isKnown whether the caller has a key, or needs none. Others learn only that the service runs, so that a load
 *   balancer and a browser that is being set up need no key.
 */
export function healthBody(
  { tracker, limits, tls, version, clock, started_at_ms }: Omit<ApiDeps, "ledger">,
  isKnown: boolean,
): Health {
  const refused = limits.faults.length > 0;
  const status = tracker.ledgerFailing || refused || tls?.failing ? "degraded" : "ok";
  if (!isKnown) return { status, version };
  return {
    status,
    version,
    uptime_seconds: Math.floor((clock.now() - started_at_ms) / 1000),
    ledger: tracker.ledgerFailing ? "failing" : "ok",
    limits: refused ? "refused" : "ok",
    ...(tls ? { certificate: tls.failing ? "failing" : "ok" } : {}),
    in_flight: tracker.inFlight,
    waiting: tracker.waiting,
  };
}
