/** How the service is, in the words of `GET /healthz`. */
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
