/** The token counts of an attempt. No schema library here: the service loads this file at its start. */

/** Their names, for code that adds or copies them. Cached and reasoning tokens are parts of input and output. */
export const TOKEN_FIELDS = [
  "input_tokens",
  "cached_input_tokens",
  "output_tokens",
  "reasoning_tokens",
  "total_tokens",
] as const;

/**
 * Further parts of a usage that have a price of their own. Tokens of audio and images, of cache writes and of cached input
 * are parts of input or output, as cached tokens are; the other units are no tokens.
 */
export const USAGE_PARTS = [
  "cache_write_tokens",
  "cache_write_1h_tokens",
  "input_audio_tokens",
  "cached_audio_tokens",
  "output_audio_tokens",
  "input_image_tokens",
  "cached_image_tokens",
  "output_image_tokens",
  "audio_seconds",
  "images",
  "characters",
] as const;

/** The parts that an attempt has, each above zero. All are whole numbers, except seconds. */
export type UsageParts = { [Part in (typeof USAGE_PARTS)[number]]?: number };

/** Where an attempt's token counts come from: see {@link UsageSource} in `usage.ts`. */
export const USAGE_SOURCES = ["counted", "estimated", "none", "unknown"] as const;

/** All counts zero. A new object for each call, so that the caller may add to it. */
export function noTokens(): Record<(typeof TOKEN_FIELDS)[number], number> {
  return { input_tokens: 0, cached_input_tokens: 0, output_tokens: 0, reasoning_tokens: 0, total_tokens: 0 };
}
