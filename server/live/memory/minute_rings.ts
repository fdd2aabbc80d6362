/**
 * The rolling minute: a ring of one-second counts in a slot of a page. A slot needs neither a timer nor an object.
 *
 * A count leaves after {@link MINUTE_SPAN_S} seconds: between 60 and 61 s after it was made.
 *
 * A slot is named by its page and its first word in it. Seconds are whole epoch seconds.
 */
import { MINUTE_SPAN_S } from "../../core/limits.ts";
import { type CounterPage, FLOAT, WORD } from "./counter_page.ts";

// Copied into constants: V8 looks an imported binding up at each use, and each call uses these.
const { advanced_to: ADVANCED_TO, cells: CELLS, requests: SUM_REQUESTS, written_from: WRITTEN_FROM } = WORD;
const { tokens: SUM_TOKENS } = FLOAT;
const SPAN = MINUTE_SPAN_S;

/** The largest counts of one second: the sum of 61 such seconds still fits into its word or float. */
const MAX_REQUESTS = 2 ** 26 - 1;
const MAX_TOKENS = 2 ** 32 - 1;

/** In one half of a cell: the count is in the page's map, because it does not fit into two bytes. */
const LARGE = 2 ** 16 - 1;

/** Which half of a cell. */
const REQUESTS = 0;
const TOKENS = 1;
type Half = typeof REQUESTS | typeof TOKENS;

/** Drops the seconds that have left. Every reader and writer calls it first. A clock that steps back changes nothing. */
export function advance(page: CounterPage, at: number, now_s: number): void {
  const { words } = page;
  const from = words[at + ADVANCED_TO];
  if (now_s <= from) return;
  words[at + ADVANCED_TO] = now_s;
  if (now_s - from >= SPAN || isEmpty(page, at)) clear(page, at);
  else for (let second = from + 1; second <= now_s; second++) drop(page, at, second);
}

/**
 * Adds to the counts of `second`; negative numbers subtract. A count stays between zero and the largest of a second.
 * Ignored when that second has left the window.
 *
 * @param now_s not before `second`.
 */
export function add(
  page: CounterPage,
  at: number,
  second: number,
  now_s: number,
  requests: number,
  tokens: number,
): void {
  advance(page, at, now_s);
  const { words, floats } = page;
  if (second <= words[at + ADVANCED_TO] - SPAN) return;
  if (second < words[at + WRITTEN_FROM]) extend(page, at, second);
  const word = cellOf(at, second);
  const pair = words[word];
  const more_requests = requestsIn(pair) + requests;
  const more_tokens = tokensIn(pair) + tokens;
  if (isSmall(pair) && fits(more_requests) && fits(more_tokens)) {
    words[word] = more_tokens << 16 | more_requests;
    words[at + SUM_REQUESTS] += requests;
    floats[(at >> 1) + SUM_TOKENS] += tokens;
  } else {
    if (requests !== 0) words[at + SUM_REQUESTS] += bump(page, word, REQUESTS, requests);
    if (tokens !== 0) floats[(at >> 1) + SUM_TOKENS] += bump(page, word, TOKENS, tokens);
  }
}

/** Empties the ring. */
export function clear({ words, floats }: CounterPage, at: number): void {
  // The cells stay as they are, because touching them would cost time: those before `written_from` are not read.
  words[at + WRITTEN_FROM] = words[at + ADVANCED_TO] + 1;
  words[at + SUM_REQUESTS] = 0;
  floats[(at >> 1) + SUM_TOKENS] = 0;
}

/** A slot, as an object. */
interface PageSlot {
  readonly page: CounterPage;
  readonly at: number;
}

/**
 * The second at whose beginning the sum over all given slots is at most `most`; `now_s` when it is already.
 *
 * @param kind which of the two counts.
 */
export function fallsTo(
  slots: readonly PageSlot[],
  now_s: number,
  kind: "requests" | "tokens",
  most: number,
): number {
  const half = kind === "requests" ? REQUESTS : TOKENS;
  const newest = slots.reduce((latest, { page, at }) => Math.max(latest, page.words[at + ADVANCED_TO]), now_s);
  let sum = 0;
  for (const { page, at } of slots) {
    advance(page, at, newest);
    sum += half === REQUESTS ? page.words[at + SUM_REQUESTS] : page.floats[(at >> 1) + SUM_TOKENS];
  }
  for (let second = newest - SPAN + 1; sum > most && second <= newest; second++) {
    for (const { page, at } of slots) {
      if (second >= page.words[at + WRITTEN_FROM]) sum -= read(page, cellOf(at, second), half);
    }
    if (sum <= most) return second + SPAN;
  }
  return now_s;
}

/** The second at whose beginning the next count leaves; `Infinity` when the ring is empty. */
export function nextLeaving(page: CounterPage, at: number, now_s: number): number {
  advance(page, at, now_s);
  if (isEmpty(page, at)) return Infinity;
  const { words } = page;
  const newest = words[at + ADVANCED_TO];
  let second = Math.max(newest - SPAN + 1, words[at + WRITTEN_FROM]);
  while (second <= newest && words[cellOf(at, second)] === 0) second++;
  return second + SPAN;
}

function isEmpty({ words, floats }: CounterPage, at: number): boolean {
  return words[at + SUM_REQUESTS] === 0 && floats[(at >> 1) + SUM_TOKENS] === 0;
}

/** The word of a second. Made unsigned, so that V8 computes an integer remainder. */
function cellOf(at: number, second: number): number {
  return at + CELLS + (second >>> 0) % SPAN;
}

/** Empties the cell of `second`: what it counted one lap ago has left. */
function drop(page: CounterPage, at: number, second: number): void {
  const { words, floats } = page;
  const word = cellOf(at, second);
  if (words[word] === 0) return;
  if (second - SPAN >= words[at + WRITTEN_FROM]) {
    words[at + SUM_REQUESTS] -= read(page, word, REQUESTS);
    floats[(at >> 1) + SUM_TOKENS] -= read(page, word, TOKENS);
  }
  wipe(page, word);
}

/** Moves the start of the written cells back to `second`; the cells in between become empty. */
function extend(page: CounterPage, at: number, second: number): void {
  const { words } = page;
  for (let next = second; next < words[at + WRITTEN_FROM]; next++) wipe(page, cellOf(at, next));
  words[at + WRITTEN_FROM] = second;
}

function wipe(page: CounterPage, word: number): void {
  if (isSmall(page.words[word])) page.words[word] = 0;
  else for (const half of [REQUESTS, TOKENS] as const) write(page, word, half, 0);
}

function requestsIn(pair: number): number {
  return pair & LARGE;
}

function tokensIn(pair: number): number {
  return pair >>> 16;
}

/** Whether both halves are in the cell itself. */
function isSmall(pair: number): boolean {
  return requestsIn(pair) !== LARGE && tokensIn(pair) !== LARGE;
}

function fits(count: number): boolean {
  return count >= 0 && count < LARGE;
}

function read({ words, large }: CounterPage, word: number, half: Half): number {
  const count = half === REQUESTS ? requestsIn(words[word]) : tokensIn(words[word]);
  return count === LARGE ? large.get(word * 2 + half)! : count;
}

function write({ words, large }: CounterPage, word: number, half: Half, count: number): void {
  const pair = words[word];
  const before = half === REQUESTS ? requestsIn(pair) : tokensIn(pair);
  if (count >= LARGE) large.set(word * 2 + half, count);
  else if (before === LARGE) large.delete(word * 2 + half);
  const small = Math.min(count, LARGE);
  words[word] = half === REQUESTS ? tokensIn(pair) << 16 | small : small << 16 | requestsIn(pair);
}

/** Adds within a second's bounds. Returns what was added: the sum must equal its cells, or it would never drain. */
function bump(page: CounterPage, word: number, half: Half, by: number): number {
  const before = read(page, word, half);
  const after = Math.min(half === REQUESTS ? MAX_REQUESTS : MAX_TOKENS, Math.max(0, before + by));
  write(page, word, half, after);
  return after - before;
}
