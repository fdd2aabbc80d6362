/** A refusal in the provider's own shape, so that every SDK raises its own rate-limit error, at once and without retry. */
import { PROBLEM_STATUS } from "../../shared/problem.ts";
import { formatGoDuration } from "./go_duration.ts";
import type { Refusal, RefusalLimits } from "./recorder.ts";
import { refusalMayBeRetried, SHOULD_RETRY_HEADER } from "./retry_advice.ts";

export interface RefusalParts {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * Status, headers and body of a refusal.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { refusalParts } from "./refusal_response.ts";
 *
 * const refusal = { refused: "workspace_rate_limited", message: "full", retry_after_ms: 1500 } as const;
 * assert.equal(refusalParts(refusal).headers["retry-after"], "2");
 * ```
 */
export function refusalParts(refusal: Refusal): RefusalParts {
  const headers: Record<string, string> = {
    "content-type": "application/json; charset=utf-8",
    // Without a "false" the SDK tries a 429 twice more, which the same limit would refuse again.
    [SHOULD_RETRY_HEADER]: String(refusalMayBeRetried(refusal)),
  };
  if (refusal.retry_after_ms !== null) {
    headers["retry-after-ms"] = String(Math.ceil(refusal.retry_after_ms));
    headers["retry-after"] = String(Math.ceil(refusal.retry_after_ms / 1000));
  }
  for (const unit of ["requests", "tokens"] as const) Object.assign(headers, limitHeaders(unit, refusal.limits));
  const status = PROBLEM_STATUS[refusal.refused];
  return { status, headers, body: openAiError(status, refusal.refused, refusal.message) };
}

/** Our limits in the provider's words: clients that pace themselves by its headers do so by ours. */
function limitHeaders(unit: "requests" | "tokens", limits: RefusalLimits | undefined): Record<string, string> {
  const limit = limits?.[unit];
  if (!limit) return {};
  return {
    [`x-ratelimit-limit-${unit}`]: String(limit.limit),
    [`x-ratelimit-remaining-${unit}`]: String(limit.remaining),
    [`x-ratelimit-reset-${unit}`]: formatGoDuration(limit.reset_ms),
  };
}

/** An error body as OpenAI sends it. */
export function openAiError(status: number, code: string, message: string): string {
  const type = status === 429 ? "rate_limit_error" : status >= 500 ? "server_error" : "invalid_request_error";
  return JSON.stringify({ error: { message, type, param: null, code } });
}
