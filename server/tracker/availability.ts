/** May a call be sent now, and if not, when: a status in the fewest words. */
import type { Availability } from "../../shared/api.ts";
import type { StatusBody } from "../../shared/quota.ts";
import { LEDGER_RETRY_MS } from "./refusals.ts";

const SHUT = new Set(["rate_limited", "quota_exceeded"]);

/** @param enforcing whether calls are refused while the ledger cannot count them. */
export function availability({ status, cause }: StatusBody, now_ms: number, enforcing: boolean): Availability {
  const uncounted = enforcing && cause?.code === "ledger_failing";
  const available = !uncounted && !SHUT.has(status);
  return {
    available,
    status,
    retry_after_seconds: available ? null : uncounted ? LEDGER_RETRY_MS / 1000 : secondsTo(cause?.until, now_ms),
    reason: cause?.message ?? null,
  };
}

function secondsTo(until: string | null | undefined, now_ms: number): number | null {
  return until ? Math.max(0, Math.ceil((Date.parse(until) - now_ms) / 1000)) : null;
}
