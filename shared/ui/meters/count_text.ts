/** Counts for lines that show two of them. */
import { fullCount } from "../../format.ts";

const LONG = [[1e12, "T"], [1e9, "B"], [1e6, "M"]] as const;

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
  const unit = LONG.find(([size]) => count >= size);
  if (!unit) return fullCount(count);
  const [size, letter] = unit;
  return `${Math.floor(count / (size / 100)) / 100}${letter}`;
}

/** `1 call`, `2 calls`. Only for nouns with a regular plural. */
export function countOf(count: number, noun: string): string {
  return `${lineCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
