/** Counts for lines that show two of them. */
import { numberText } from "../../words/say.ts";

const MILLION = 1_000_000;

/**
 * A count in full below a million, above it with two decimals and a unit. It is rounded down, so that it never reads as more.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { lineCount } from "./count_text.ts";
 *
 * assert.equal(lineCount(149_999), "149,999");
 * assert.equal(lineCount(28_456_789), "28.45M");
 * assert.equal(lineCount(30_000_000), "30M");
 * ```
 */
export function lineCount(count: number): string {
  return numberText(count, count < MILLION ? "full" : "compact");
}
