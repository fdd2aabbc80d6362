/** Why attempts failed, in classes that a person can act on. */
import { CONNECTION_ERRORS, isProviderFailure, isQuotaError, RATE_ERRORS } from "../../core/error_names.ts";
import type { FailureClass } from "../../../shared/history/history_names.ts";
import type { AttemptRow } from "../ledger.ts";

/**
 * The class of a failed attempt. The error's code comes before the status: a 429 can mean that no quota is left.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { failureClass } from "./failures.ts";
 *
 * assert.equal(failureClass({ http_status: 429, error_code: "insufficient_quota" }), "quota");
 * assert.equal(failureClass({ http_status: null, error_code: "connection_lost" }), "network");
 * assert.equal(failureClass({ http_status: 404, error_code: null }), "client");
 * ```
 */
export function failureClass(
  { http_status, error_code }: Pick<AttemptRow, "http_status" | "error_code">,
): FailureClass {
  const code = error_code?.toLowerCase() ?? "";
  if (isQuotaError(code)) return "quota";
  if (CONNECTION_ERRORS.has(code)) return "network";
  if (RATE_ERRORS.has(code) || http_status === 429) return "rate_limited";
  if (isProviderFailure(code) || (http_status ?? 0) >= 500) return "server";
  if (http_status === null) return "network";
  return http_status >= 400 ? "client" : "other";
}
