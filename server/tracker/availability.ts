/** May a call be sent now, and if not, when: a status in the fewest words. */
import type { Availability } from "../../shared/api.ts";
import type { StatusBody } from "../../shared/quota.ts";

const SHUT = new Set(["rate_limited", "quota_exceeded"]);

export function availability({ status, cause }: StatusBody, now_ms: number): Availability {
  const available = !SHUT.has(status);
  const until = cause?.until ? Date.parse(cause.until) : null;
  return {
    available,
    status,
    retry_after_seconds: available || until === null ? null : Math.max(0, Math.ceil((until - now_ms) / 1000)),
    reason: cause?.message ?? null,
  };
}
