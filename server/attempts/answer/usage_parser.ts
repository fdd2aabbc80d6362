/** Reads token usage from the bodies and stream events of all endpoints. */
import { fieldsOf, shortText } from "../json.ts";
import type { TokenUsage, UsageSource } from "../../../shared/usage.ts";

/** Model, tier and usage in a body. */
export interface BodyFacts {
  model: string | null;
  service_tier: string | null;
  /** `null` if usage is absent or invalid: unknown is not zero. */
  usage: TokenUsage | null;
  /** The body is billed by something other than tokens: a transcription by its seconds. */
  has_no_tokens: boolean;
}

/** Higher counts are invalid: the largest context is a thousandth of this. */
const MAX_TOKENS = 2 ** 31;

/**
 * Reads a parsed body or stream event: chat (`prompt_tokens`…), responses (`input_tokens`…, also inside `response`),
 * embeddings, transcriptions.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bodyFacts } from "./usage_parser.ts";
 *
 * const { usage } = bodyFacts({ usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } });
 * assert.equal(usage?.input_tokens, 10);
 * assert.equal(usage?.total_tokens, 15);
 * ```
 */
export function bodyFacts(body: unknown): BodyFacts {
  const outer = fieldsOf(body);
  const inner = fieldsOf(outer.response);
  const from = "usage" in inner || "model" in inner ? inner : outer;
  return {
    model: shortText(from.model),
    service_tier: shortText(from.service_tier),
    usage: tokenUsage(from.usage),
    has_no_tokens: fieldsOf(from.usage).type === "duration",
  };
}

/** Reads a `usage` object; `null` if a count is missing, negative, fractional, huge or of another type. */
export function tokenUsage(value: unknown): TokenUsage | null {
  const usage = fieldsOf(value);
  const input = count(usage.input_tokens ?? usage.prompt_tokens);
  // The usage of embeddings has no output count, only a total.
  const rest = (count(usage.total_tokens) ?? -1) - (input ?? 0);
  const output = count(usage.output_tokens ?? usage.completion_tokens ?? rest);
  if (input === null || output === null) return null;
  const inputDetails = fieldsOf(
    usage.input_tokens_details ?? usage.input_token_details ?? usage.prompt_tokens_details,
  );
  const outputDetails = fieldsOf(
    usage.output_tokens_details ?? usage.output_token_details ?? usage.completion_tokens_details,
  );
  return {
    input_tokens: input,
    cached_input_tokens: Math.min(input, count(inputDetails.cached_tokens) ?? 0),
    output_tokens: output,
    reasoning_tokens: Math.min(output, count(outputDetails.reasoning_tokens) ?? 0),
    total_tokens: Math.max(input + output, count(usage.total_tokens) ?? 0),
  };
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < MAX_TOKENS ? value : null;
}

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
 * import { sourceWithoutUsage } from "./usage_parser.ts";
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
