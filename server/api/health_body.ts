/** The body of `GET /healthz`. It is not in `routes/health.ts`, so that the front door can use it without loading zod. */
import type { Health } from "../../shared/api.ts";
import { CONTRACT } from "../../shared/contract.ts";
import type { ApiDeps } from "./route.ts";

/** The first faults of a limits file say enough. */
const MAX_FAULTS = 5;

/**
 * @param isKnown whether the caller has a key, or needs none. Others learn only that the service runs, so that a load
 *   balancer and a browser that is being set up need no key.
 */
export function healthBody(deps: Omit<ApiDeps, "ledger">, isKnown: boolean): Health {
  const { tracker, limits, keyring, tls, version, clock, started_at_ms, prices } = deps;
  const problems = problemsOf(deps);
  const status = problems.length > 0 ? "degraded" : "ok";
  if (!isKnown) return { contract: CONTRACT, status, version };
  return {
    contract: CONTRACT,
    status,
    version,
    uptime_seconds: Math.floor((clock.now() - started_at_ms) / 1000),
    ledger: tracker.ledgerFailing ? "failing" : tracker.ledgerFault === null ? "ok" : "degraded",
    limits: limits.faults.length > 0 ? "refused" : "ok",
    keys: keyring.problem === null ? "ok" : "failing",
    ...(tls ? { certificate: tls.failing ? "failing" : "ok" } : {}),
    ...(prices?.value ? { prices: prices.value.about } : {}),
    problems,
    in_flight: tracker.inFlight,
    waiting: tracker.waiting,
  };
}

function problemsOf({ tracker, limits, keyring, tls }: Omit<ApiDeps, "ledger">): string[] {
  return [
    ...(tls?.failing ? ["The certificate cannot be renewed, or has expired; see the service's log"] : []),
    ...(tracker.ledgerFault === null ? [] : [tracker.ledgerFault]),
    ...(keyring.problem === null ? [] : [keyring.problem]),
    ...limits.faults.slice(0, MAX_FAULTS).map((fault) => `The limits file is not in force: ${fault}`),
  ];
}
