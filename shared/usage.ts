/** What calls consumed: tokens of one attempt, and totals over many. */
import * as z from "zod/mini";

/** A count: a whole number from zero to the largest that a double holds exactly. */
export const Count = z.int().check(z.nonnegative());

/** An instant on the wire: ISO 8601 in UTC with milliseconds. */
export const Instant = z.iso.datetime({ precision: 3 });

/** Tokens of one attempt. Cached and reasoning tokens are parts of input and output, never added to them. */
export const TokenUsage = z.object({
  input_tokens: Count,
  cached_input_tokens: Count,
  output_tokens: Count,
  reasoning_tokens: Count,
  total_tokens: Count,
});
export type TokenUsage = z.infer<typeof TokenUsage>;

/**
 * How an attempt's tokens are known: `counted` from the provider's own usage, `estimated` from the text that passed,
 * `none` where the provider bills none (a refusal, an error), `unknown` where nothing can be said.
 */
export const UsageSource = z.enum(["counted", "estimated", "none", "unknown"]);
export type UsageSource = z.infer<typeof UsageSource>;

/** Totals since `since`. An estimated or unknown call is in `calls` and said again in `estimated_calls`. */
export const UsageTotals = z.object({
  calls: Count,
  attempts: Count,
  failed: Count,
  estimated_calls: Count,
  ...TokenUsage.shape,
  since: Instant,
});
export type UsageTotals = z.infer<typeof UsageTotals>;
