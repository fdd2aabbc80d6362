/** The sentence of a refusal, for the examples of the OpenAPI document. */
import type { ProblemCode } from "../../shared/problem.ts";

/** By code, for those that routes answer with. */
export const PROBLEM_EXAMPLES: Partial<Record<ProblemCode, string>> = {
  invalid_workspace:
    'Cannot find workspace "../etc": an id has 1 to 64 of a-z, 0-9, _ and -, the first a letter or a digit',
  invalid_request:
    'Cannot take the body of /api/quota/reset: scope must be "minute", "day", "status" or "all", not "year"',
  malformed_json: "Cannot read the body of /api/quota/reset: it is not valid JSON",
  key_missing: "Cannot read this: send a key of this service as Authorization: Bearer",
  key_invalid: "Cannot read this: the key is not known, or was revoked",
  key_expired: "Cannot read this: the key has expired",
  not_allowed: 'Cannot read this: key k3v9x2qd does not cover workspace "acme"',
  foreign_host: 'Cannot answer for host "evil.example": it is not the address of this service',
  foreign_origin: "Cannot answer the page https://evil.example: add its origin to QUOTA_ALLOWED_ORIGINS",
  admin_disabled: "Cannot do this: the service has no admin key. Set QUOTA_ADMIN_KEY, or make one",
  admin_key_wrong: "Cannot do this: the header X-Admin-Key is missing or wrong",
  not_found: "Cannot rotate key k3v9x2qd: there is none",
  pairing_code_invalid: "Cannot pair: the code is wrong, used or older than ten minutes",
  key_revoked: "Cannot rotate key k3v9x2qd: it is revoked. Create a new key",
  reserved_elsewhere:
    'Cannot take attempt 8c0f3a52-1f7b for workspace "acme": it is reserved in another one. Use a new id.',
  body_too_large: "Cannot read a body of more than 1048576 bytes: send it in smaller parts",
  limits_changed: 'Cannot set the limits of "acme": they have changed since they were read. Read them again',
  unsupported_media_type: "Cannot read the body of /api/quota/reset: send it as application/json",
  workspace_rate_limited: 'Cannot send a call for workspace "acme": 500 of 500 requests in the last 60 s',
  workspace_quota_exceeded: 'Cannot send a call for workspace "acme": 10000 of 10000 requests today',
  workspace_budget_exceeded:
    'Cannot reserve $0.12 for workspace "acme": $19.95 of its $20.00 budget of the day is spent and $0.00 is reserved',
  provider_cooling_down: "OpenAI asked to wait until 2026-11-21T10:00:31.000Z",
  provider_quota_exceeded: "OpenAI said that the account has no quota left",
  too_many_workspaces: 'Cannot make workspace "acme": there are 10,000 already',
  too_many_tries: "Cannot pair: too many wrong codes from this address. Try again in 4 s",
  too_many_api_calls: "Cannot answer: this key has made 30000 calls in 60 s. Try again in 2 s",
  internal_error: "The service failed; its log says why",
  service_unavailable: "Cannot answer: a part of the service could not be loaded. Try again",
  ledger_unavailable: "Cannot count a call: the ledger cannot be written. See the service's log",
  limits_unwritable: 'Cannot set limits for "acme" in data/limits.json: no space left on the disk',
};
