/** What endpoint and model alone tell about a response's usage. */
import type { UsageSource } from "../../../shared/usage.ts";

/** A POST that updates or cancels an earlier result and returns it, including its usage. */
const UPDATES_EARLIER_RESULT =
  /(?:^|\/)(?:chat\/completions\/[^/]+|responses\/[^/]+\/cancel|runs\/[^/]+(?:\/cancel)?)$/;

/** Whether a request only retrieves an earlier result, whose usage was counted then. */
export function isRetrieval(method: string, endpoint: string): boolean {
  return method !== "POST" || UPDATES_EARLIER_RESULT.test(endpoint);
}

/** Older audio and image models are billed by second, character or image, newer ones by token. */
const AUDIO_OR_IMAGE = /^(?:audio|images)\//;
const BILLED_BY_TOKENS = /^(?:gpt|chatgpt|o\d)/;

/**
 * The usage source of a success without usage: `none` if the endpoint has no tokens, otherwise `unknown`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sourceWithoutUsage } from "./endpoint_usage.ts";
 *
 * assert.equal(sourceWithoutUsage({ endpoint: "audio/speech", model: "tts-1", tokens: 0 }), "none");
 * assert.equal(sourceWithoutUsage({ endpoint: "audio/speech", model: "gpt-4o-mini-tts", tokens: 0 }), "unknown");
 * ```
 */
export function sourceWithoutUsage(plan: { endpoint: string; model: string | null; tokens: number }): UsageSource {
  if (plan.tokens > 0) return "unknown";
  return AUDIO_OR_IMAGE.test(plan.endpoint) && BILLED_BY_TOKENS.test(plan.model ?? "") ? "unknown" : "none";
}

/** Whether the provider never reports usage for an endpoint, so that it is estimated from the text. */
export function neverReportsUsage(endpoint: string): boolean {
  return endpoint === "moderations";
}
