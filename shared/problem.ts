/** Errors of every route but `/v1/*`: RFC 9457 problem bodies with a stable `code`. */

/** Every error code of the service and its HTTP status. */
export const PROBLEM_STATUS = {
  invalid_workspace: 400,
  invalid_request: 400,
  malformed_json: 400,
  malformed_path: 400,
  key_missing: 401,
  key_invalid: 401,
  key_expired: 401,
  provider_key_missing: 401,
  not_allowed: 403,
  foreign_host: 403,
  foreign_origin: 403,
  admin_disabled: 403,
  admin_key_wrong: 403,
  not_found: 404,
  pairing_code_invalid: 404,
  method_not_allowed: 405,
  key_revoked: 409,
  reserved_elsewhere: 409,
  limits_changed: 412,
  body_too_large: 413,
  unsupported_media_type: 415,
  upgrade_required: 426,
  workspace_rate_limited: 429,
  workspace_quota_exceeded: 429,
  workspace_budget_exceeded: 429,
  provider_cooling_down: 429,
  provider_quota_exceeded: 429,
  too_many_workspaces: 429,
  too_many_tries: 429,
  too_many_api_calls: 429,
  internal_error: 500,
  upstream_unreachable: 502,
  upstream_redirected: 502,
  service_unavailable: 503,
  ledger_unavailable: 503,
  limits_unwritable: 503,
  too_many_bodies: 503,
  too_many_sockets: 503,
  upstream_timeout: 504,
  loop_detected: 508,
} as const;
export type ProblemCode = keyof typeof PROBLEM_STATUS;

/** The body of a refusal. `detail` says what could not be done, to what, because of what, and the remedy. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail: string;
}

/**
 * The problem body for a code.
 *
 * @param code a code of {@link PROBLEM_STATUS}, which also gives the HTTP status.
 * @param detail one sentence for the reader.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { problem } from "./problem.ts";
 *
 * assert.equal(problem("not_found", "No route GET /nowhere").status, 404);
 * ```
 */
export function problem(code: ProblemCode, detail: string): Problem {
  const title = code[0].toUpperCase() + code.slice(1).replaceAll("_", " ");
  return { type: `urn:quota-gauge:problem:${code}`, title, status: PROBLEM_STATUS[code], code, detail };
}
