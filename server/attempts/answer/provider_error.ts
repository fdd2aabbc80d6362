/** What an error response means. Decided on its code, not on its status: a 429 may be a rate, a bill or a busy pool. */
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
  // Ours: the line died, fell silent, or brought what is no HTTP.
  "connection_lost",
  "timeout",
  "malformed_answer",
]);
/** The last two are the types of a 429's error, which also come where there is no status: inside a stream. */
const RATE = new Set(["rate_limit_exceeded", "slow_down", "rate_limit_error", "requests", "tokens"]);
const CREDENTIALS = new Set(["invalid_api_key", "authentication_error", "permission_error", "permission_denied"]);

/** A flex request that finds no capacity comes as a 429 whose only mark is this sentence. */
const NO_CAPACITY = /^resource unavailable/i;

/** An error as the provider told it; every part may be missing. */
export interface ProviderError {
  code: string | null;
  type: string | null;
  message: string | null;
}

/**
 * Classes an error.
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

/** The one name that an error is kept under: its code, or what its type (no quota) or its sentence (no capacity) says. */
export function errorName({ code, type, message }: ProviderError): string | null {
  if (!code && NO_CAPACITY.test(message ?? "")) return "resource_unavailable";
  return code && type && isQuota(type.toLowerCase()) && !isQuota(code.toLowerCase()) ? type : code ?? type;
}

function isQuota(name: string): boolean {
  return QUOTA.has(name) || name.endsWith("_spend_limit_exceeded");
}

/** Reads `{error: {code, type, message}}`, or the same a level up as streams send it. */
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
  return typeof value === "string" && value ? value.slice(0, 200) : typeof value === "number" ? String(value) : null;
}

/** A 200 can carry a failure: `error` beside a response whose status is "failed". */
export function errorInside(body: unknown): ProviderError | null {
  const error = typeof body === "object" && body !== null ? (body as { error?: unknown }).error : null;
  return typeof error === "object" && error !== null ? providerError(body) : null;
}
