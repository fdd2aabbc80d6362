/** Counts the tokens of a text as the provider's tokenizer does: its words, and of each word the pairs that merge. */
import { MinHeap } from "./min_heap.ts";
import type { TokenRanks } from "./token_ranks.ts";

const encoder = new TextEncoder();

/** A rank and a place in one number, so that of equal ranks the first place comes first. */
const PLACES = 2 ** 20;

/**
 * @param words finds the words of a text, as the tokenizer parts it.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { countTokens } from "./byte_pair_encoding.ts";
 * import { TokenRanks } from "./token_ranks.ts";
 *
 * const ranks = new TokenRanks();
 * ["a", "b", "c", "ab"].forEach((token, rank) => ranks.set(token, rank));
 * assert.equal(countTokens("abc ab", ranks, /\w+/g), 3);
 * ```
 */
export function countTokens(text: string, ranks: TokenRanks, words: RegExp): number {
  let tokens = 0;
  for (const [word] of text.matchAll(words)) {
    const bytes = bytesOf(word);
    tokens += ranks.get(bytes) === undefined ? merged(bytes, ranks) : 1;
  }
  return tokens;
}

/** A word's bytes, one character each. */
function bytesOf(word: string): string {
  const bytes = encoder.encode(word);
  return bytes.length === word.length ? word : String.fromCharCode(...bytes);
}

/** Parts that are left of a word when the pair of the lowest rank has been merged until there is none. */
function merged(bytes: string, ranks: TokenRanks): number {
  /** Of each part, by where it begins: where the next one does, and the one before it. */
  const next = Array.from(bytes, (_, at) => at + 1);
  const before = Array.from(bytes, (_, at) => at - 1);
  /** Of each part with the next one. */
  const pairs: (number | undefined)[] = [];
  const waiting = new MinHeap();
  const look = (at: number) => {
    const rank = next[at] < bytes.length ? ranks.get(bytes.slice(at, next[next[at]])) : undefined;
    pairs[at] = rank;
    if (rank !== undefined) waiting.add(rank * PLACES + at);
  };
  for (let at = 0; at < bytes.length; at++) look(at);
  let parts = bytes.length;
  for (let first = waiting.take(); first !== undefined; first = waiting.take()) {
    const at = first % PLACES;
    // One of the two has since been merged with another.
    if (pairs[at] !== (first - at) / PLACES) continue;
    const gone = next[at];
    next[at] = next[gone];
    before[next[at]] = at;
    pairs[gone] = undefined;
    parts--;
    look(at);
    if (before[at] >= 0) look(before[at]);
  }
  return parts;
}
