/**
 * The rolling minute: a ring of one-second counts in a slot of a page, so that a million workspaces cost neither a timer
 * nor an object.
 *
 * A count made in second `s` leaves when second `s + 61` begins: between 60 and 61 s after it was made, late rather than
 * early, so that no burst across a clock minute passes what the provider counts.
 *
 * A slot is named by its page and its first word there. Seconds are whole, of the epoch.
 */
import { type CounterPage, FLOAT, SPAN_S, WORD } from "./counter_page.ts";

// Taken out of the table once: what is imported is looked up at each use, and these are used with each call.
const { advanced_to: ADVANCED_TO, cells: CELLS, requests: SUM_REQUESTS, written_from: WRITTEN_FROM } = WORD;
const { tokens: SUM_TOKENS } = FLOAT;
const SPAN = SPAN_S;

/** The most that one second of one slot holds of each: 61 of them are a sum that a word holds, and one that a float does. */
const MOST_REQUESTS = 2 ** 26 - 1;
const MOST_TOKENS = 2 ** 32 - 1;

/** In one of a cell's halves: the count is in the page's map, because two bytes do not hold it. */
const LARGE = 2 ** 16 - 1;

/** Which half of a cell. */
const REQUESTS = 0;
const TOKENS = 1;
type Half = typeof REQUESTS | typeof TOKENS;

/**
 * Drops the seconds that have left. Arithmetic, not a timer: whoever asks does it. A clock that steps back changes nothing.
 */
export function advance(page: CounterPage, at: number, now_s: number): void {
  const { words } = page;
  const from = words[at + ADVANCED_TO];
  if (now_s <= from) return;
  words[at + ADVANCED_TO] = now_s;
  if (now_s - from >= SPAN || isEmpty(page, at)) clear(page, at);
  else for (let second = from + 1; second <= now_s; second++) drop(page, at, second);
}

/**
 * Adds to the counts of `second`, or takes back where negative; none falls below zero, or passes what a second holds.
 * Ignored when that second has left the window.
 *
 * @param now_s never before `second`.
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

/** Forgets what the slot's ring has counted. */
export function clear({ words, floats }: CounterPage, at: number): void {
  // Its cells are left as they are: memory that is not touched costs nothing.
  words[at + WRITTEN_FROM] = words[at + ADVANCED_TO] + 1;
  words[at + SUM_REQUESTS] = 0;
  floats[(at >> 1) + SUM_TOKENS] = 0;
}

/**
 * The second at whose beginning the window's sum is at most `most`; `now_s` when it is already.
 *
 * @param kind which of the two counts.
 */
export function fallsTo(
  page: CounterPage,
  at: number,
  now_s: number,
  kind: "requests" | "tokens",
  most: number,
): number {
  advance(page, at, now_s);
  const { words, floats } = page;
  const half = kind === "requests" ? REQUESTS : TOKENS;
  let sum = half === REQUESTS ? words[at + SUM_REQUESTS] : floats[(at >> 1) + SUM_TOKENS];
  const newest = words[at + ADVANCED_TO];
  const oldest = Math.max(newest - SPAN + 1, words[at + WRITTEN_FROM]);
  for (let second = oldest; sum > most && second <= newest; second++) {
    sum -= read(page, cellOf(at, second), half);
    if (sum <= most) return second + SPAN;
  }
  return now_s;
}

function isEmpty({ words, floats }: CounterPage, at: number): boolean {
  return words[at + SUM_REQUESTS] === 0 && floats[(at >> 1) + SUM_TOKENS] === 0;
}

/** The word of a second. Unsigned, so that the remainder is one of integers. */
function cellOf(at: number, second: number): number {
  return at + CELLS + (second >>> 0) % SPAN;
}

/** Makes the cell of `second` its own: what it counted a lap before has left. */
function drop(page: CounterPage, at: number, second: number): void {
  const { words, floats } = page;
  const word = cellOf(at, second);
  // Both counts at once: most seconds of most workspaces have none.
  if (words[word] === 0) return;
  if (second - SPAN >= words[at + WRITTEN_FROM]) {
    words[at + SUM_REQUESTS] -= read(page, word, REQUESTS);
    floats[(at >> 1) + SUM_TOKENS] -= read(page, word, TOKENS);
  }
  wipe(page, word);
}

/** Makes the cells from `second` up to the first that was written mean something: none. */
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

/** Whether neither half is in the map. */
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

/** Adds within what a second holds, and tells what it took: were the sum to differ from its cells, it would never drain. */
function bump(page: CounterPage, word: number, half: Half, by: number): number {
  const before = read(page, word, half);
  const after = Math.min(half === REQUESTS ? MOST_REQUESTS : MOST_TOKENS, Math.max(0, before + by));
  write(page, word, half, after);
  return after - before;
}
