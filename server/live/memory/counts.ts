/** The operations on one counter: its rolling minute and its calendar day. They allocate nothing, because each call uses them. */
import type { Limits, Remaining } from "../../core/limits.ts";
import { exceeds, isFull } from "../../core/limits.ts";
import type { MeterName } from "../../../shared/meters.ts";
import { type Counter, FLOAT, WORD } from "./counter_page.ts";
import { add, advance } from "./minute_rings.ts";
import { leftOf } from "./second_parts.ts";

// Copied into constants: V8 looks an imported binding up at each use, and each call uses these.
const { day_held_requests: DAY_HELD_REQUESTS, day_start: DAY_START, requests: SUM_REQUESTS } = WORD;
const {
  day_held_tokens: DAY_HELD_TOKENS,
  day_requests: DAY_REQUESTS,
  day_tokens: DAY_TOKENS,
  tokens: SUM_TOKENS,
} = FLOAT;

/** The time of one operation, as counters need it. In epoch seconds, where nothing else is said. */
export interface Instant {
  now_s: number;
  /** The same in milliseconds. */
  now_ms: number;
  day_start_s: number;
}

/** Brings a counter to the present: drops the seconds that have left, and the day when another has begun. */
export function bring(counter: Counter, { now_s, day_start_s }: Instant): void {
  rollOver(counter, day_start_s);
  advance(counter.page, counter.at, now_s);
}

/** Used and held together, of one counter or of several. */
interface Taken {
  minute_requests: number;
  minute_tokens: number;
  day_requests: number;
  day_tokens: number;
}

/** Adds what a counter has taken, brought to the present. */
export function addTaken(taken: Taken, counter: Counter, now: Instant): void {
  bring(counter, now);
  const { page: { words, floats }, at } = counter;
  const float = at >> 1;
  taken.minute_requests += words[at + SUM_REQUESTS];
  taken.minute_tokens += floats[float + SUM_TOKENS];
  if (counter.parts !== null) {
    taken.minute_requests -= leftOf(counter, now.now_ms, "requests");
    taken.minute_tokens -= leftOf(counter, now.now_ms, "tokens");
  }
  taken.day_requests += floats[float + DAY_REQUESTS] + words[at + DAY_HELD_REQUESTS];
  taken.day_tokens += floats[float + DAY_TOKENS] + floats[float + DAY_HELD_TOKENS];
}

/** The limit without room for one request and `tokens`, the day's first: it lasts longer. `null` when all have room. */
export function fullLimit(limits: Limits, taken: Taken, tokens: number): MeterName | null {
  if (isFull(limits.requests_per_day, taken.day_requests)) return "requests_per_day";
  if (exceeds(limits.tokens_per_day, taken.day_tokens, tokens)) return "tokens_per_day";
  if (isFull(limits.requests_per_minute, taken.minute_requests)) return "requests_per_minute";
  if (exceeds(limits.tokens_per_minute, taken.minute_tokens, tokens)) return "tokens_per_minute";
  return null;
}

/** What a reservation leaves, of one limit after the other. */
export type Left = { -readonly [Meter in keyof Remaining]: Remaining[Meter] };

/** What these limits leave after one request and `tokens` more. */
export function leftAfter(limits: Limits, taken: Taken, tokens: number): Left {
  return {
    requests_per_minute: rest(limits.requests_per_minute, taken.minute_requests + 1),
    requests_per_day: rest(limits.requests_per_day, taken.day_requests + 1),
    tokens_per_minute: rest(limits.tokens_per_minute, taken.minute_tokens + tokens),
    tokens_per_day: rest(limits.tokens_per_day, taken.day_tokens + tokens),
  };
}

/** Lowers what is left to what further limits leave. */
export function lower(left: Left, further: Left): void {
  left.requests_per_minute = least(left.requests_per_minute, further.requests_per_minute);
  left.requests_per_day = least(left.requests_per_day, further.requests_per_day);
  left.tokens_per_minute = least(left.tokens_per_minute, further.tokens_per_minute);
  left.tokens_per_day = least(left.tokens_per_day, further.tokens_per_day);
}

function rest(limit: number | null, taken: number): number | null {
  return limit === null ? null : taken < limit ? limit - taken : 0;
}

function least(a: number | null, b: number | null): number | null {
  return a === null || (b !== null && b < a) ? b : a;
}

/** Counts one request and `tokens` as held. */
export function hold(counter: Counter, now: Instant, tokens: number): void {
  rollOver(counter, now.day_start_s);
  const { page, at } = counter;
  add(page, at, now.now_s, now.now_s, 1, tokens);
  counter.parts?.add(now.now_ms, 1, tokens);
  page.words[at + DAY_HELD_REQUESTS]++;
  page.floats[(at >> 1) + DAY_HELD_TOKENS] += tokens;
}

/**
 * Ends what was held since `at_ms`.
 *
 * @param tokens those that the attempt took; `null` when it was not sent.
 */
export function unhold(counter: Counter, now: Instant, at_ms: number, held: number, tokens: number | null): void {
  rollOver(counter, now.day_start_s);
  const { page, at } = counter;
  const at_s = Math.floor(at_ms / 1000);
  const requests = tokens === null ? -1 : 0;
  const more = (tokens ?? 0) - held;
  add(page, at, at_s, now.now_s, requests, more);
  counter.parts?.add(at_ms, requests, more);
  if (at_s < page.words[at + DAY_START]) return;
  page.words[at + DAY_HELD_REQUESTS]--;
  page.floats[(at >> 1) + DAY_HELD_TOKENS] -= held;
  if (tokens !== null) addToDay(counter, 1, tokens);
}

/** Counts what was used at an instant, in the minute and the day that hold it. */
export function count(counter: Counter, now: Instant, at_ms: number, requests: number, tokens: number): void {
  rollOver(counter, now.day_start_s);
  countMinute(counter, now, at_ms, requests, tokens);
  if (Math.floor(at_ms / 1000) >= counter.page.words[counter.at + DAY_START]) addToDay(counter, requests, tokens);
}

/** Counts in the minute alone. */
export function countMinute(
  counter: Counter,
  { now_s, now_ms }: Instant,
  at_ms: number,
  requests: number,
  tokens: number,
): void {
  const sent_ms = Math.min(at_ms, now_ms);
  add(counter.page, counter.at, Math.floor(sent_ms / 1000), now_s, requests, tokens);
  counter.parts?.add(sent_ms, requests, tokens);
}

/** Counts in the day alone. */
export function countDay(counter: Counter, now: Instant, requests: number, tokens: number): void {
  rollOver(counter, now.day_start_s);
  addToDay(counter, requests, tokens);
}

/** Clears the used counts of the day. Holds stay. */
export function resetDay(counter: Counter, now: Instant): void {
  rollOver(counter, now.day_start_s);
  setDay(counter, 0, 0);
}

/** Starts the day anew when another has begun. Holds of the day before are not in it. */
function rollOver(counter: Counter, day_start_s: number): void {
  const { page, at } = counter;
  if (day_start_s <= page.words[at + DAY_START]) return;
  setDay(counter, 0, 0);
  page.words[at + DAY_START] = day_start_s;
  page.words[at + DAY_HELD_REQUESTS] = 0;
  page.floats[(at >> 1) + DAY_HELD_TOKENS] = 0;
}

function addToDay(counter: Counter, requests: number, tokens: number): void {
  const { page: { floats }, at } = counter;
  setDay(counter, floats[(at >> 1) + DAY_REQUESTS] + requests, floats[(at >> 1) + DAY_TOKENS] + tokens);
}

function setDay({ page: { floats }, at }: Counter, requests: number, tokens: number): void {
  floats[(at >> 1) + DAY_REQUESTS] = bounded(requests);
  floats[(at >> 1) + DAY_TOKENS] = bounded(tokens);
}

/** A count that fits on the wire, whatever absurd reports add up to. */
function bounded(count: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, count));
}
