/** What an endpoint's calls cost, as far as its path and its model tell. */
import type { UsageSource } from "../../../shared/usage.ts";

/** A POST that changes or stops what was made before, and answers with it, its usage included. */
const LOOKS_BACK = /(?:^|\/)(?:chat\/completions\/[^/]+|responses\/[^/]+\/cancel|runs\/[^/]+(?:\/cancel)?)$/;

/** Whether a request only looks at what was made before: the usage that it is shown was counted then. */
export function isRetrieval(method: string, endpoint: string): boolean {
  return method !== "POST" || LOOKS_BACK.test(endpoint);
}

/** Sound and pictures: older models are billed by the second, letter or picture, newer ones by the token. */
const SOUND_OR_PICTURE = /^(?:audio|images)\//;
const BILLED_BY_TOKENS = /^(?:gpt|chatgpt|o\d)/;

/**
 * What a success without usage means: that it has no tokens, or that nobody knows how many.
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
  return SOUND_OR_PICTURE.test(plan.endpoint) && BILLED_BY_TOKENS.test(plan.model ?? "") ? "unknown" : "none";
}

/** Whether the provider never tells what its calls took, so that the text must do. */
export function neverReportsUsage(endpoint: string): boolean {
  return endpoint === "moderations";
}
