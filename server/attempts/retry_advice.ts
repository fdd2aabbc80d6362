/** Whether it helps to try again: what a response tells the SDK by `x-should-retry`, which it obeys before all else. */
import { errorClass, type ProviderError } from "./answer/provider_error.ts";
import type { Refusal } from "./recorder.ts";

/** Response header that overrides the SDK's own decision to retry. */
export const SHOULD_RETRY_HEADER = "x-should-retry";

/** The SDK waits no longer than this, whatever it is told: past it, it tries at once, in vain. */
const LONGEST_SDK_WAIT_MS = 60_000;

/**
 * Whether an error of the provider's may be tried again. Without quota each try is in vain and counts, yet the SDK makes
 * two more of every call unless it is told. Of all else the SDK decides as it always does.
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
 * Whether a refusal of ours may be tried again by the SDK itself. During the provider's cool-down it may, where it can
 * wait that long: the provider's own 429 would have been tried again too. A full limit of ours would only refuse again.
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
  return refused === "provider_cooling_down" && retry_after_ms !== null && retry_after_ms <= LONGEST_SDK_WAIT_MS;
}
