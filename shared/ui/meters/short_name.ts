/** Names in a sentence. */

const MAX_LETTERS = 32;

/**
 * A name of at most 32 letters. A longer one loses its middle, because names of models differ at both ends.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { shortName } from "./short_name.ts";
 *
 * assert.equal(shortName("gpt-5.4"), "gpt-5.4");
 * assert.equal(shortName("ft:gpt-5.4-mini:example-corporation:ticket-router"), "ft:gpt-5.4-mini:…n:ticket-router");
 * ```
 */
export function shortName(name: string): string {
  const letters = [...name];
  if (letters.length <= MAX_LETTERS) return name;
  const half = MAX_LETTERS / 2;
  return `${letters.slice(0, half).join("")}…${letters.slice(1 - half).join("")}`;
}
