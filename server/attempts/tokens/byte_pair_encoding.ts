/** Counts tokens by byte-pair encoding: a text is split into words, and adjacent parts of each word are merged by rank. */
import { MinHeap } from "./min_heap.ts";
import type { TokenRanks } from "./token_ranks.ts";

const encoder = new TextEncoder();

/** Packs rank and position into one number, so that equal ranks are merged from left to right. */
const POSITIONS = 2 ** 20;

/**
 * Counts the tokens of a text.
 *
 * @param words matches one word, as the tokenizer splits text.
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
    tokens += ranks.get(bytes) === undefined ? partsAfterMerging(bytes, ranks) : 1;
  }
  return tokens;
}

/** A word's UTF-8 bytes, as one character each. */
function bytesOf(word: string): string {
  const bytes = encoder.encode(word);
  return bytes.length === word.length ? word : String.fromCharCode(...bytes);
}

/** The number of parts left after merging the pair of the lowest rank until no pair has a rank. */
function partsAfterMerging(bytes: string, ranks: TokenRanks): number {
  /** For the part that starts at an index: the starts of the next and the previous part. */
  const next = Array.from(bytes, (_, at) => at + 1);
  const before = Array.from(bytes, (_, at) => at - 1);
  /** The rank of each part merged with the next one. */
  const ranksOfPairs: (number | undefined)[] = [];
  const queue = new MinHeap();
  const rankPair = (at: number) => {
    const rank = next[at] < bytes.length ? ranks.get(bytes.slice(at, next[next[at]])) : undefined;
    ranksOfPairs[at] = rank;
    if (rank !== undefined) queue.push(rank * POSITIONS + at);
  };
  for (let at = 0; at < bytes.length; at++) rankPair(at);
  let parts = bytes.length;
  for (let first = queue.pop(); first !== undefined; first = queue.pop()) {
    const at = first % POSITIONS;
    // Outdated: one of the two parts has been merged since.
    if (ranksOfPairs[at] !== (first - at) / POSITIONS) continue;
    const gone = next[at];
    next[at] = next[gone];
    before[next[at]] = at;
    ranksOfPairs[gone] = undefined;
    parts--;
    rankPair(at);
    if (before[at] >= 0) rankPair(before[at]);
  }
  return parts;
}
