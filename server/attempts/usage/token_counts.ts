/** Reads the token counts of one usage object, under the names that providers give them. */
import type { UsageParts } from "../../../shared/tokens.ts";
import type { TokenUsage } from "../../../shared/usage.ts";
import { fieldsOf } from "../json.ts";
import { countOf, firstCount, firstObject, isCount, isInvalid, NO_FIELDS } from "./counts.ts";
import {
  CACHE_READ,
  CACHE_WRITE,
  CACHED,
  INPUT,
  INPUT_DETAILS,
  MISSED,
  OUTPUT,
  OUTPUT_DETAILS,
  REASONING,
  THOUGHTS,
  TOOL_INPUT,
  TOTAL,
} from "./token_names.ts";
import { lacksCacheLifetime, laterParts, summedParts, usageParts } from "./usage_parts.ts";

/** What a provider reports; `null` for a count that it leaves out. `input` includes `cached`, `output` includes `reasoning`. */
export interface TokenCounts {
  input: number | null;
  cached: number | null;
  output: number | null;
  reasoning: number | null;
  total: number | null;
  /** Further parts; `null` or omitted for text alone. */
  parts?: UsageParts | null;
  /** What was written to a cache may have to be kept for an hour, which an earlier event tells. */
  lacks_cache_lifetime?: boolean;
}

type Fields = Record<string, unknown>;

/**
 * Reads a usage object; `null` if it has no count, or one of its main counts is negative, fractional, huge or not a number.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tokenCounts } from "./token_counts.ts";
 *
 * const anthropic = tokenCounts({ input_tokens: 10, cache_read_input_tokens: 90, output_tokens: 5 });
 * assert.deepEqual([anthropic?.input, anthropic?.cached, anthropic?.output], [100, 90, 5]);
 * ```
 */
export function tokenCounts(value: unknown): TokenCounts | null {
  const usage = fieldsOf(value);
  return plainCounts(usage) ?? searchedCounts(usage);
}

/** A usage with three counts under OpenAI's names and no other member, which needs no search: most answers have one. */
function plainCounts(usage: Fields): TokenCounts | null {
  const input = usage.prompt_tokens ?? usage.input_tokens;
  const output = usage.completion_tokens ?? usage.output_tokens;
  const total = usage.total_tokens;
  if (!isCount(input) || !isCount(output) || !isCount(total)) return null;
  const inputDetails = usage.prompt_tokens_details ?? usage.input_tokens_details;
  const outputDetails = usage.completion_tokens_details ?? usage.output_tokens_details;
  const details = Number(inputDetails !== undefined) + Number(outputDetails !== undefined);
  if (Object.keys(usage).length !== 3 + details) return null;
  const counts: TokenCounts = { input, cached: null, output, reasoning: null, total, parts: null };
  return details === 0 ? counts : withDetails(counts, fieldsOf(inputDetails), fieldsOf(outputDetails));
}

function withDetails(counts: TokenCounts, input: Fields, output: Fields): TokenCounts {
  counts.cached = firstCount(input, CACHED) || null;
  counts.reasoning = firstCount(output, REASONING);
  const whole = withReasoning(counts);
  whole.parts = usageParts(NO_FIELDS, input, output);
  return whole;
}

function searchedCounts(usage: Fields): TokenCounts | null {
  if (isInvalid(usage, INPUT) || isInvalid(usage, OUTPUT)) return null;
  const total = firstCount(usage, TOTAL);
  const output = outputOf(usage);
  const inputDetails = firstObject(usage, INPUT_DETAILS);
  const outputDetails = firstObject(usage, OUTPUT_DETAILS);
  const { input, cached } = inputOf(usage, inputDetails, output, total);
  if (input === null && output === null && total === null) return null;
  const reasoning = firstCount(outputDetails, REASONING) ?? firstCount(usage, REASONING) ??
    firstCount(usage, THOUGHTS);
  const counts = withReasoning({ input, cached, output, reasoning, total });
  counts.parts = usageParts(usage, inputDetails, outputDetails);
  if (counts.parts?.cache_write_tokens) counts.lacks_cache_lifetime = lacksCacheLifetime(usage);
  return counts;
}

function outputOf(usage: Fields): number | null {
  const output = firstCount(usage, OUTPUT);
  const thoughts = firstCount(usage, THOUGHTS);
  return thoughts === null ? output : (output ?? 0) + thoughts;
}

function inputOf(
  usage: Fields,
  details: Fields,
  output: number | null,
  total: number | null,
): Pick<TokenCounts, "input" | "cached"> {
  const given = firstCount(usage, INPUT);
  const hit = firstCount(details, CACHED) ?? firstCount(usage, CACHED);
  const missed = firstCount(usage, MISSED);
  if (given === null) return { input: missed === null ? null : missed + (hit ?? 0), cached: hit };
  const read = firstCount(usage, CACHE_READ);
  const beside = (read ?? 0) + (firstCount(usage, CACHE_WRITE) ?? 0);
  const tools = firstCount(usage, TOOL_INPUT) ?? 0;
  const isBeside = beside > given ||
    (total === null ? countOf(usage.prompt_tokens) === null : total >= given + beside + (output ?? 0));
  return { input: given + tools + (isBeside ? beside : 0), cached: hit || read };
}

/** Adds the reasoning to the output where the total, or its size, shows that the output leaves it out. */
function withReasoning(counts: TokenCounts): TokenCounts {
  const { input, output, reasoning, total } = counts;
  if (!reasoning || output === null) return counts;
  const rest = total === null ? reasoning - output : total - (input ?? 0) - output;
  const isBeside = total === null ? rest > 0 : input !== null && rest >= reasoning;
  return isBeside ? { ...counts, output: output + reasoning } : counts;
}

/** The usage, if input and output are reported or follow from the total. A total alone is the input. */
export function usageOf(counts: TokenCounts | null): TokenUsage | null {
  if (counts === null) return null;
  const { total } = counts;
  const input = counts.input ?? (total === null ? null : Math.max(0, total - (counts.output ?? 0)));
  const output = counts.output ?? (total === null || total < input! ? null : total - input!);
  if (input === null || output === null) return null;
  return {
    input_tokens: input,
    cached_input_tokens: Math.min(input, counts.cached ?? 0),
    output_tokens: output,
    reasoning_tokens: Math.min(output, counts.reasoning ?? 0),
    total_tokens: Math.max(input + output, total ?? 0),
  };
}

/** Whether input and output are both reported, the output not as zero: earlier events of a stream add nothing. */
export function isWhole(counts: TokenCounts | null): boolean {
  return counts !== null && counts.input !== null && Boolean(counts.output) && !counts.lacks_cache_lifetime;
}

/**
 * The counts of two events of a stream together. The later one wins, unless it is all zeros; counts that it leaves out are
 * those of the earlier one.
 */
export function laterCounts(earlier: TokenCounts | null, later: TokenCounts | null): TokenCounts | null {
  if (earlier === null || later === null) return later ?? earlier;
  if (!isMeaningful(later)) return isMeaningful(earlier) ? earlier : later;
  const parts = laterParts(earlier.parts ?? null, later.parts ?? null);
  const lacks_cache_lifetime = later.lacks_cache_lifetime && !parts?.cache_write_1h_tokens;
  if (later.output !== null && later.input) return earlier.parts ? { ...later, parts, lacks_cache_lifetime } : later;
  return {
    parts,
    lacks_cache_lifetime,
    input: later.input || earlier.input,
    cached: later.cached || earlier.cached,
    output: later.output || earlier.output,
    reasoning: later.reasoning || earlier.reasoning,
    total: later.total,
  };
}

/** The counts of several models together. */
export function summedCounts(counts: readonly TokenCounts[]): TokenCounts | null {
  return counts.length === 0 ? null : counts.reduce((sum, next) => ({
    input: plus(sum.input, next.input),
    cached: plus(sum.cached, next.cached),
    output: plus(sum.output, next.output),
    reasoning: plus(sum.reasoning, next.reasoning),
    total: plus(sum.total, next.total),
    parts: summedParts(sum.parts ?? null, next.parts ?? null),
  }));
}

function plus(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}

/** Whether a count is reported that is not zero. */
export function isMeaningful(counts: TokenCounts | null): boolean {
  return counts !== null && Boolean(counts.input || counts.output || counts.total);
}
