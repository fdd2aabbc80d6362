/** The token counts of an attempt. No schema library here: the service loads this file at its start. */

/** Their names, for code that adds or copies them. Cached and reasoning tokens are parts of input and output. */
export const TOKEN_FIELDS = [
  "input_tokens",
  "cached_input_tokens",
  "output_tokens",
  "reasoning_tokens",
  "total_tokens",
] as const;

/** Where an attempt's token counts come from: see {@link UsageSource} in `usage.ts`. */
export const USAGE_SOURCES = ["counted", "estimated", "none", "unknown"] as const;

/** All counts zero. A new object for each call, so that the caller may add to it. */
export function noTokens(): Record<(typeof TOKEN_FIELDS)[number], number> {
  return { input_tokens: 0, cached_input_tokens: 0, output_tokens: 0, reasoning_tokens: 0, total_tokens: 0 };
}
