/** Token usage from the bodies and stream events of every endpoint that reports it. */
import type { TokenUsage } from "../../../shared/usage.ts";

/** What a body says of itself. */
export interface BodyFacts {
  model: string | null;
  service_tier: string | null;
  /** `null` when the body carries no usage, or nonsense: unknown is never zero. */
  usage: TokenUsage | null;
  /** It says itself that it is billed by something else: a transcription by its seconds. */
  has_no_tokens: boolean;
}

/** More tokens than this in one attempt is nonsense: the largest context is a thousandth of it. */
const MOST_TOKENS = 2 ** 31;

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
  const outer = fields(body);
  const inner = fields(outer.response);
  const from = "usage" in inner || "model" in inner ? inner : outer;
  return {
    model: text(from.model),
    service_tier: text(from.service_tier),
    usage: tokenUsage(from.usage),
    has_no_tokens: fields(from.usage).type === "duration",
  };
}

/** Reads a `usage` object; `null` for what is missing, negative, fractional, huge or of another type. */
export function tokenUsage(value: unknown): TokenUsage | null {
  const usage = fields(value);
  const input = count(usage.input_tokens ?? usage.prompt_tokens);
  // An embedding has no output, and says so by its total alone.
  const rest = (count(usage.total_tokens) ?? -1) - (input ?? 0);
  const output = count(usage.output_tokens ?? usage.completion_tokens ?? rest);
  if (input === null || output === null) return null;
  const inputDetails = fields(
    usage.input_tokens_details ?? usage.input_token_details ?? usage.prompt_tokens_details,
  );
  const outputDetails = fields(
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

const USAGE = /"usage"\s*:\s*(\{(?:[^{}]|\{[^{}]*\}){0,4000}\})/g;

/** The last `usage` object in the end of a JSON text that is too large to be parsed. */
export function usageAtEnd(text: string): TokenUsage | null {
  const last = [...text.matchAll(USAGE)].at(-1);
  try {
    return last ? tokenUsage(JSON.parse(last[1])) : null;
  } catch {
    return null;
  }
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < MOST_TOKENS ? value : null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value ? value.slice(0, 200) : null;
}
