/**
 * The table of the tokens that the provider's present models know, from the tokenizer's package. It has 200,000 rows: as the
 * module that the package makes of it, it held up everything else in the process for a fifth of a second.
 */

/** Longest at a stretch; then whoever waits has a turn. */
const SLICE_MS = 2;

/** Rows between two looks at the clock. */
const ROWS = 64;

/** Not by its name as it stands, or a bundle of the client would insist on it. */
const TABLE = ["gpt-tokenizer", "data", "o200k_base.tiktoken"].join("/");

/** What takes its turns; a test has its own. */
interface Turns {
  now: () => number;
  pause: () => Promise<void>;
}

/** A token's rank, by its bytes as a text of one character each. The lower is merged first. */
export class TokenRanks {
  /** By length, since a table of all has to be moved as it grows, which takes longer than a slice. */
  readonly #by_length: Map<string, number>[] = [];

  get(bytes: string): number | undefined {
    return this.#by_length[bytes.length]?.get(bytes);
  }

  set(bytes: string, rank: number): void {
    (this.#by_length[bytes.length] ??= new Map()).set(bytes, rank);
  }
}

/** @throws where the tokenizer is not installed, or cannot be read. */
export async function loadTokenRanks(): Promise<TokenRanks> {
  return await readRanks(await table(), {
    now: () => performance.now(),
    pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
  });
}

/**
 * Reads a table slice by slice.
 *
 * @param text a row a line: the token's bytes in base64, a space, its rank.
 */
export async function readRanks(text: string, { now, pause }: Turns): Promise<TokenRanks> {
  const ranks = new TokenRanks();
  for (let at = 0; at < text.length;) {
    for (const began = now(); at < text.length && now() - began < SLICE_MS;) at = readRows(text, at, ranks);
    await pause();
  }
  return ranks;
}

/** @returns where the next row begins. */
function readRows(text: string, from: number, ranks: TokenRanks): number {
  let at = from;
  for (let row = 0; row < ROWS && at < text.length; row++) {
    const space = text.indexOf(" ", at);
    const end = text.indexOf("\n", at);
    const next = end < 0 ? text.length : end;
    if (space > at && space < next) ranks.set(atob(text.slice(at, space)), Number(text.slice(space + 1, next)));
    at = next + 1;
  }
  return at;
}

/** Deno hands it over as a module, with no leave to read files; Node has no such modules and reads it as a file. */
async function table(): Promise<string> {
  if ("Deno" in globalThis) return (await import(TABLE, { with: { type: "text" } })).default;
  const [{ readFile }, { fileURLToPath }] = await Promise.all([import("node:fs/promises"), import("node:url")]);
  return await readFile(fileURLToPath(import.meta.resolve(TABLE)), "latin1");
}
