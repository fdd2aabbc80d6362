/** The names of errors, by what they mean: the provider's codes and types, and those that this project sets. */

const QUOTA_ERRORS = new Set([
  "insufficient_quota",
  "credit_balance_exhausted",
  "organization_usage_limit_exceeded",
  "billing_hard_limit_reached",
  "billing_not_active",
]);

/** Set by this project: the connection broke, timed out, or sent invalid HTTP. */
export const CONNECTION_ERRORS: ReadonlySet<string> = new Set(["connection_lost", "timeout", "malformed_answer"]);

const PROVIDER_ERRORS = new Set([
  "server_is_overloaded",
  "server_error",
  "resource_unavailable",
  "engine_overloaded",
  "overloaded_error",
  "api_error",
]);

/** A rate limit. The last two are the error types of a 429. */
export const RATE_ERRORS: ReadonlySet<string> = new Set([
  "rate_limit_exceeded",
  "slow_down",
  "rate_limit_error",
  "requests",
  "tokens",
]);

/** Whether no credit or quota is left at the provider. */
export function isQuotaError(name: string): boolean {
  return QUOTA_ERRORS.has(name) || name.endsWith("_spend_limit_exceeded");
}

/** Whether the provider fails, has no capacity, or cannot be reached. */
export function isProviderFailure(name: string): boolean {
  return PROVIDER_ERRORS.has(name) || CONNECTION_ERRORS.has(name);
}
