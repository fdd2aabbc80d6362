/** Says in words why a request to the service failed. */
import { isConnectFailure } from "../../attempts/connect_failure.ts";

/**
 * @param timeout_ms time that the service had to answer.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { failureReason } from "./failure_reason.ts";
 *
 * const late = new DOMException("The signal has been aborted", "AbortError");
 * assert.equal(failureReason(late, 250), "it did not answer within 250 ms");
 * ```
 */
export function failureReason(error: unknown, timeout_ms: number): string {
  if (isConnectFailure(error)) return "it cannot be reached. Check that it runs, and its address in QUOTA_GAUGE_URL";
  const { name = "", message = "", cause } = error instanceof Error ? error : {};
  if (name === "AbortError" || name === "TimeoutError") return `it did not answer within ${timeout_ms} ms`;
  if (error instanceof SyntaxError) return "its answer is not JSON. Check its address in QUOTA_GAUGE_URL";
  if (/redirect/i.test(`${message} ${cause}`)) {
    return "it answered with a redirect. Check its address in QUOTA_GAUGE_URL";
  }
  return "the connection to it was lost";
}
