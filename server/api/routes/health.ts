/** `GET /healthz` */
import { Health } from "../../../shared/api.ts";
import { route } from "../route.ts";

export const health = route({
  method: "GET",
  path: "/healthz",
  summary: "Is the service well",
  answer: { status: 200, schema: Health },
  problems: [],
  handle: (_request, { tracker, limits, version, clock, started_at_ms }) => ({
    status: tracker.ledgerFailing || limits.faults.length > 0 ? "degraded" : "ok",
    version,
    uptime_seconds: Math.floor((clock.now() - started_at_ms) / 1000),
    ledger: tracker.ledgerFailing ? "failing" : "ok",
    limits: limits.faults.length > 0 ? "refused" : "ok",
    in_flight: tracker.inFlight,
    waiting: tracker.waiting,
  }),
});
