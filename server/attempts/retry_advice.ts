/** Decides the value of `x-should-retry`, which the SDK obeys before its own rules. */
import { errorClass, type ProviderError } from "./answer/provider_error.ts";
import type { Refusal } from "./recorder.ts";

/** Response header that overrides the SDK's own decision to retry. */
export const SHOULD_RETRY_HEADER = "x-should-retry";

/** The SDK ignores a longer `retry-after` and retries immediately, in vain. */
const MAX_SDK_WAIT_MS = 60_000;

/**
 * Whether the SDK may retry after a provider's error. Without quota a retry fails and still counts, and the SDK would retry
 * twice. For every other error the SDK decides by itself.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mayBeRetried } from "./retry_advice.ts";
 *
 * assert(!mayBeRetried(429, { code: "insufficient_quota", type: null, message: null }));
 * assert(mayBeRetried(429, { code: "rate_limit_exceeded", type: null, message: null }));
 * ```
 */
export function mayBeRetried(status: number, error: ProviderError): boolean {
  return errorClass(status, error) !== "quota_exceeded";
}

/**
 * Whether the SDK may retry after our refusal. During the provider's cool-down it may, if it can wait that long, as it would
 * after the provider's own 429. A full limit of ours would refuse again.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { refusalMayBeRetried } from "./retry_advice.ts";
 *
 * const refusal = { refused: "provider_cooling_down", message: "", retry_after_ms: 2000 } as const;
 * assert(refusalMayBeRetried(refusal));
 * assert(!refusalMayBeRetried({ ...refusal, retry_after_ms: 90_000 }));
 * assert(!refusalMayBeRetried({ ...refusal, refused: "workspace_rate_limited" }));
 * ```
 */
export function refusalMayBeRetried({ refused, retry_after_ms }: Refusal): boolean {
  return refused === "provider_cooling_down" && retry_after_ms !== null && retry_after_ms <= MAX_SDK_WAIT_MS;
}
