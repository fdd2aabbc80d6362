/**
 * Tokens of a text, for estimates, by the tokenizer of the provider's present models. It has 2 MB of tables, so it is loaded
 * when the first estimate asks for it, and in slices, so that no call waits for it; where it is not installed, characters
 * over four stand in for it.
 */
import { countTokens } from "./byte_pair_encoding.ts";
import { loadTokenRanks } from "./token_ranks.ts";

const CHARACTERS_A_TOKEN = 4;

/** Read of a longer text, in pieces from all over it: the rest is taken to be like them. */
const SAMPLED = 16 << 10;

/** A tokenizer's time grows with the square of a text that has no spaces: it never gets more than this at once. */
const PIECE = 1 << 10;

/** Looked at for a space to cut at, since a word that is cut has more tokens. */
const WORD = 64;

type Count = (text: string) => number;

let count: Count = byCharacters;
let loading: Promise<void> | null = null;
let loaded = false;

/** Not by its name as it stands, or a bundle of the client would insist on it. */
const WORDS = ["gpt-tokenizer", "encodingParams", "constants"].join("/");

/** Calls back once tokens can be counted: at once, but for the first time. */
export function whenTokenizerReady(then: () => void): void {
  if (loaded) then();
  else void tokenizerLoaded().then(then);
}

/** Resolves when the tokenizer is there, or known to be missing. It never rejects. */
export function tokenizerLoaded(): Promise<void> {
  return loading ??= load();
}

/** Whether an estimate waits for the tokenizer. */
export function tokenizerLoading(): Promise<void> | null {
  return loaded ? null : loading;
}

/**
 * Tokens of a text, by a sample where it is long.
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
  for (const piece of text.length <= SAMPLED ? piecesOf(text) : sampleOf(text)) {
    tokens += count(piece);
    read += piece.length;
  }
  return Math.ceil(tokens * (text.length / read));
}

function* piecesOf(text: string): Generator<string> {
  for (let at = 0, end = 0; at < text.length; at = end) yield text.slice(at, end = wordEnd(text, at, at + PIECE));
}

function* sampleOf(text: string): Generator<string> {
  const pieces = SAMPLED / PIECE;
  for (let piece = 0; piece < pieces; piece++) {
    const at = Math.floor(piece * (text.length / pieces));
    yield text.slice(at, wordEnd(text, at, at + PIECE));
  }
}

function wordEnd(text: string, from: number, to: number): number {
  if (to >= text.length) return text.length;
  const space = text.lastIndexOf(" ", to);
  return space > Math.max(from, to - WORD) ? space : to;
}

async function load(): Promise<void> {
  try {
    const { O200K_TOKEN_SPLIT_REGEX: words } = await import(WORDS) as { O200K_TOKEN_SPLIT_REGEX: RegExp };
    const ranks = await loadTokenRanks();
    // What looks like a control token is text like any other here.
    count = (text) => countTokens(text, ranks, words);
  } catch {
    // Not installed: an estimate is an estimate.
  }
  loaded = true;
}

function byCharacters(text: string): number {
  return text.length / CHARACTERS_A_TOKEN;
}
