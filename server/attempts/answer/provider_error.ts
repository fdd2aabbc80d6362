/** Reads and classifies the provider's errors. Codes come before the status: a 429 can mean rate, billing or capacity. */
import { LongText } from "../../core/json/long_values.ts";

export type ErrorClass = "rate_limited" | "quota_exceeded" | "degraded" | "credentials" | "request";

const QUOTA = new Set([
  "insufficient_quota",
  "credit_balance_exhausted",
  "organization_usage_limit_exceeded",
  "billing_hard_limit_reached",
  "billing_not_active",
]);
const DEGRADED = new Set([
  "server_is_overloaded",
  "server_error",
  "resource_unavailable",
  "engine_overloaded",
  // Set by this project: the connection broke, timed out, or sent invalid HTTP.
  "connection_lost",
  "timeout",
  "malformed_answer",
]);
/** The last two are the error types of a 429. Inside a stream they are all there is, because the status is 200. */
const RATE = new Set(["rate_limit_exceeded", "slow_down", "rate_limit_error", "requests", "tokens"]);
const CREDENTIALS = new Set(["invalid_api_key", "authentication_error", "permission_error", "permission_denied"]);

/** The only sign of a flex request without capacity, which is a 429 without a code. */
const NO_CAPACITY = /^resource unavailable/i;

/** The provider's error. Every field may be missing. */
export interface ProviderError {
  code: string | null;
  type: string | null;
  message: string | null;
}

/**
 * Classifies an error.
 *
 * @param status the HTTP status; 200 for an error inside a stream.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { errorClass } from "./provider_error.ts";
 *
 * assert.equal(errorClass(429, { code: "insufficient_quota", type: null, message: null }), "quota_exceeded");
 * assert.equal(errorClass(429, { code: null, type: null, message: null }), "rate_limited");
 * ```
 */
export function errorClass(status: number, error: ProviderError): ErrorClass {
  const names = [error.code, error.type].map((name) => name?.toLowerCase() ?? "");
  if (names.some(isQuota)) return "quota_exceeded";
  if (names.some((name) => DEGRADED.has(name))) return "degraded";
  if ((status === 429 || status < 400) && NO_CAPACITY.test(error.message ?? "")) return "degraded";
  if (names.some((name) => RATE.has(name))) return "rate_limited";
  if (names.some((name) => CREDENTIALS.has(name))) return "credentials";
  if (status >= 500) return "degraded";
  if (status === 429) return "rate_limited";
  return status === 401 || status === 403 ? "credentials" : "request";
}

/** The name that the ledger stores: the code, unless only the type (no quota) or message (no capacity) is specific. */
export function errorName({ code, type, message }: ProviderError): string | null {
  if (!code && NO_CAPACITY.test(message ?? "")) return "resource_unavailable";
  return code && type && isQuota(type.toLowerCase()) && !isQuota(code.toLowerCase()) ? type : code ?? type;
}

function isQuota(name: string): boolean {
  return QUOTA.has(name) || name.endsWith("_spend_limit_exceeded");
}

/** Reads `{error: {code, type, message}}`, `{response: {error}}` or, as streams send it, the fields themselves. */
export function providerError(body: unknown): ProviderError | null {
  if (typeof body !== "object" || body === null) return null;
  const inner = (body as { error?: unknown }).error ?? (body as { response?: { error?: unknown } }).response?.error ??
    body;
  if (typeof inner === "string") return { code: null, type: null, message: inner };
  if (typeof inner !== "object" || inner === null) return null;
  const { code, type, message } = inner as Record<string, unknown>;
  return { code: text(code), type: text(type), message: text(message) };
}

function text(value: unknown): string | null {
  if (value instanceof LongText) return value.start;
  return typeof value === "string" && value ? value.slice(0, 200) : typeof value === "number" ? String(value) : null;
}

/** The error in the body of a 200, whose response has the status "failed". */
export function errorInside(body: unknown): ProviderError | null {
  const error = typeof body === "object" && body !== null ? (body as { error?: unknown }).error : null;
  return typeof error === "object" && error !== null ? providerError(body) : null;
}
