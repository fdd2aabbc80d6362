/** The consumption of calls: tokens of one attempt, and totals over many. */
import * as z from "zod/mini";
import { TOKEN_FIELDS, USAGE_SOURCES } from "./tokens.ts";

/** A count: an integer from zero to the largest that a double holds exactly. */
export const Count = z.int().check(z.nonnegative());

/** An instant on the wire: ISO 8601 in UTC with milliseconds. */
export const Instant = z.iso.datetime({ precision: 3 });

type TokenCounts = Record<(typeof TOKEN_FIELDS)[number], typeof Count>;

/** Tokens of one attempt. Cached and reasoning tokens are parts of input and output, never added to them. */
export const TokenUsage = z.object(Object.fromEntries(TOKEN_FIELDS.map((name) => [name, Count])) as TokenCounts);
export type TokenUsage = z.infer<typeof TokenUsage>;

/**
 * Where an attempt's tokens come from: `counted` by the provider, `estimated` from the text that passed, `none` where
 * the provider bills none (a refusal, an error), `unknown` where no estimate is possible.
 */
export const UsageSource = z.enum(USAGE_SOURCES);
export type UsageSource = z.infer<typeof UsageSource>;

/**
 * Totals since `since`. A call with estimated or unknown tokens is in `calls` and also in `estimated_calls`. Unknown
 * usage adds nothing to the token counts. `charged_tokens` has what counts toward limits in its place.
 */
export const UsageTotals = z.object({
  calls: Count,
  attempts: Count,
  failed: Count,
  estimated_calls: Count,
  ...TokenUsage.shape,
  /** Absent in the answers of older services. */
  charged_tokens: z.optional(Count),
  /** The attempts that count toward limits of requests. Absent in the answers of older services. */
  requests: z.optional(Count),
  since: Instant,
});
export type UsageTotals = z.infer<typeof UsageTotals>;
