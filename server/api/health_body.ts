/** The body of `GET /healthz`. It is not in `routes/health.ts`, so that the front door can use it without loading zod. */
import type { Health } from "../../shared/api.ts";
import type { ApiDeps } from "./route.ts";

export function healthBody({ tracker, limits, version, clock, started_at_ms }: ApiDeps): Health {
  const refused = limits.faults.length > 0;
  return {
    status: tracker.ledgerFailing || refused ? "degraded" : "ok",
    version,
    uptime_seconds: Math.floor((clock.now() - started_at_ms) / 1000),
    ledger: tracker.ledgerFailing ? "failing" : "ok",
    limits: refused ? "refused" : "ok",
    in_flight: tracker.inFlight,
    waiting: tracker.waiting,
  };
}
