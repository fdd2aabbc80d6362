/**
 * Estimates the tokens of a text with the tokenizer of the provider's current models. Its tables have 2 MB, so they are loaded
 * for the first estimate, in slices that do not delay calls. Without the optional package, tokens are estimated from the
 * classes of characters.
 */
import { countTokens } from "./byte_pair_encoding.ts";
import { estimateTokens } from "./token_estimate.ts";
import { loadTokenRanks } from "./token_ranks.ts";

/** A longer text is sampled: this many characters, in evenly spaced pieces. */
const SAMPLE_CHARACTERS = 16 << 10;

/** Characters tokenized together. Tokenizing slows down with the square of a word's length. */
const PIECE_CHARACTERS = 1 << 10;

/** Characters searched for a space to cut at: a word cut in two has more tokens. */
const MAX_WORD = 64;

type Count = (text: string) => number;

let count: Count = estimateTokens;
let loading: Promise<void> | null = null;
let loaded = false;

/** Not a literal, so that bundlers of the client do not require the optional package. */
const TOKENIZER_CONSTANTS = ["gpt-tokenizer", "encodingParams", "constants"].join("/");

/** Calls back when the tokenizer is ready: synchronously, except while it loads. */
export function whenTokenizerReady(then: () => void): void {
  if (loaded) then();
  else void tokenizerLoaded().then(then);
}

/** Loads the tokenizer. Resolves also if the package is missing; never rejects. */
export function tokenizerLoaded(): Promise<void> {
  return loading ??= load();
}

/** The load in progress, for which estimates wait; `null` if none is. */
export function tokenizerLoading(): Promise<void> | null {
  return loaded ? null : loading;
}

/**
 * Estimates the tokens of a text, by a sample if it is long.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { textTokens, tokenizerLoaded } from "./text_tokens.ts";
 *
 * await tokenizerLoaded();
 * assert.equal(textTokens("Hello world"), 2);
 * ```
 */
export function textTokens(text: string): number {
  if (text.length === 0) return 0;
  let tokens = 0;
  let read = 0;
  for (const piece of text.length <= SAMPLE_CHARACTERS ? piecesOf(text) : sampleOf(text)) {
    tokens += count(piece);
    read += piece.length;
  }
  return Math.ceil(tokens * (text.length / read));
}

function* piecesOf(text: string): Generator<string> {
  for (let at = 0, end = 0; at < text.length; at = end) {
    yield text.slice(at, end = wordEnd(text, at, at + PIECE_CHARACTERS));
  }
}

function* sampleOf(text: string): Generator<string> {
  const pieces = SAMPLE_CHARACTERS / PIECE_CHARACTERS;
  for (let piece = 0; piece < pieces; piece++) {
    const at = Math.floor(piece * (text.length / pieces));
    yield text.slice(at, wordEnd(text, at, at + PIECE_CHARACTERS));
  }
}

function wordEnd(text: string, from: number, to: number): number {
  if (to >= text.length) return text.length;
  const space = text.lastIndexOf(" ", to);
  return space > Math.max(from, to - MAX_WORD) ? space : to;
}

async function load(): Promise<void> {
  try {
    const { O200K_TOKEN_SPLIT_REGEX: words } = await import(TOKENIZER_CONSTANTS) as { O200K_TOKEN_SPLIT_REGEX: RegExp };
    const ranks = await loadTokenRanks();
    // Control tokens are counted as plain text.
    count = (text) => countTokens(text, ranks, words);
  } catch {
    // The package is not installed: keep estimating.
  }
  loaded = true;
}
