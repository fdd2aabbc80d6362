/** A refusal as an HTTP response in OpenAI's format, so that the SDK throws its own error class without retrying. */
import { PROBLEM_STATUS } from "../../shared/problem.ts";
import { formatGoDuration } from "./go_duration.ts";
import type { Refusal, RefusalLimits } from "./recorder.ts";
import { refusalMayBeRetried, SHOULD_RETRY_HEADER } from "./retry_advice.ts";

const UNITS = ["requests", "tokens"] as const;

export interface RefusalParts {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * Returns status, headers and body of a refusal.
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
    // Without "false" the SDK retries a 429 twice, and the same limit refuses both.
    [SHOULD_RETRY_HEADER]: String(refusalMayBeRetried(refusal)),
  };
  if (refusal.retry_after_ms !== null) {
    headers["retry-after-ms"] = String(Math.ceil(refusal.retry_after_ms));
    headers["retry-after"] = String(Math.ceil(refusal.retry_after_ms / 1000));
  }
  for (const unit of UNITS) Object.assign(headers, limitHeaders(unit, refusal.limits));
  Object.assign(headers, standardHeaders(refusal.limits ?? {}));
  const status = PROBLEM_STATUS[refusal.refused];
  return { status, headers, body: openAiError(status, refusal.refused, refusal.message) };
}

/** Our limits in the provider's header format, for clients that pace themselves by it. */
function limitHeaders(unit: typeof UNITS[number], limits: RefusalLimits | undefined): Record<string, string> {
  const limit = limits?.[unit];
  if (!limit) return {};
  return {
    [`x-ratelimit-limit-${unit}`]: String(limit.limit),
    [`x-ratelimit-remaining-${unit}`]: String(limit.remaining),
    [`x-ratelimit-reset-${unit}`]: formatGoDuration(limit.reset_ms),
  };
}

/** The same by https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/, for other clients. */
function standardHeaders(limits: RefusalLimits): Record<string, string> {
  const known = UNITS.flatMap((unit) => limits[unit] ? [[unit, limits[unit]] as const] : []);
  if (known.length === 0) return {};
  const seconds = (ms: number) => Math.ceil(ms / 1000);
  return {
    "ratelimit-policy": known.map(([unit, { limit }]) => `"${unit}";q=${limit}`).join(", "),
    "ratelimit": known.map(([unit, { remaining, reset_ms }]) => `"${unit}";r=${remaining};t=${seconds(reset_ms)}`)
      .join(", "),
  };
}

/** An error body in OpenAI's format. */
export function openAiError(status: number, code: string, message: string): string {
  const type = status === 429 ? "rate_limit_error" : status >= 500 ? "server_error" : "invalid_request_error";
  return JSON.stringify({ error: { message, type, param: null, code } });
}
