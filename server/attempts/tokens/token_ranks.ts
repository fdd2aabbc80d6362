/**
 * Loads the tokenizer's table of 200,000 tokens in slices. The package's own module blocks the event loop for a fifth of a
 * second.
 */
import { nextTurn } from "../next_turn.ts";

/** Milliseconds of loading before the event loop gets a turn. */
const SLICE_MS = 2;

/** Rows between two readings of the clock. */
const ROWS_PER_CHECK = 64;

/** Not a literal, so that bundlers of the client do not require the optional package. */
const TABLE = ["gpt-tokenizer", "data", "o200k_base.tiktoken"].join("/");

/** Injected clock and pause. */
interface Pacing {
  now: () => number;
  pause: () => Promise<void>;
}

/** The rank of each token, keyed by its bytes as one character each. Lower ranks are merged first. */
export class TokenRanks {
  /** One map per length: a single large map would rehash for longer than a slice. */
  readonly #byLength: Map<string, number>[] = [];

  get(bytes: string): number | undefined {
    return this.#byLength[bytes.length]?.get(bytes);
  }

  set(bytes: string, rank: number): void {
    (this.#byLength[bytes.length] ??= new Map()).set(bytes, rank);
  }
}

/** @throws if the tokenizer's package is not installed or cannot be read. */
export async function loadTokenRanks(): Promise<TokenRanks> {
  return await readRanks(await table(), {
    now: () => performance.now(),
    pause: nextTurn,
  });
}

/**
 * Parses a table slice by slice.
 *
 * @param text one token per line: its bytes in base64, a space, its rank.
 */
export async function readRanks(text: string, { now, pause }: Pacing): Promise<TokenRanks> {
  const ranks = new TokenRanks();
  for (let at = 0; at < text.length;) {
    for (const began = now(); at < text.length && now() - began < SLICE_MS;) at = readRows(text, at, ranks);
    await pause();
  }
  return ranks;
}

/** @returns the start of the next row. */
function readRows(text: string, from: number, ranks: TokenRanks): number {
  let at = from;
  for (let row = 0; row < ROWS_PER_CHECK && at < text.length; row++) {
    const space = text.indexOf(" ", at);
    const end = text.indexOf("\n", at);
    const next = end < 0 ? text.length : end;
    if (space > at && space < next) ranks.set(atob(text.slice(at, space)), Number(text.slice(space + 1, next)));
    at = next + 1;
  }
  return at;
}

/** Deno imports the text as a module, without permission to read files. Node has no text modules and reads the file. */
async function table(): Promise<string> {
  if ("Deno" in globalThis) return (await import(TABLE, { with: { type: "text" } })).default;
  const [{ readFile }, { fileURLToPath }] = await Promise.all([import("node:fs/promises"), import("node:url")]);
  return await readFile(fileURLToPath(import.meta.resolve(TABLE)), "latin1");
}
