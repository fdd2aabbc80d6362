/** Tokens as code adds and copies them. Apart from the schemas, which the service needs only once it is asked. */
import type { TokenUsage } from "./usage.ts";

/** The five names, in one place, for code that adds or copies them. */
export const TOKEN_FIELDS = [
  "input_tokens",
  "cached_input_tokens",
  "output_tokens",
  "reasoning_tokens",
  "total_tokens",
] as const satisfies readonly (keyof TokenUsage)[];

/** No tokens at all. A new object each time, so that a caller may add to it. */
export function noTokens(): TokenUsage {
  return { input_tokens: 0, cached_input_tokens: 0, output_tokens: 0, reasoning_tokens: 0, total_tokens: 0 };
}
