/** What a slot counts of the calendar day, and how the day begins anew: by arithmetic, when somebody asks. */
import { FLOAT, WORD } from "./counter_page.ts";
import type { SharedPage } from "./counter_store.ts";

// Taken out of the table once: what is imported is looked up at each use, and these are used with each call.
const { day_held_requests: DAY_HELD_REQUESTS, day_start: DAY_START } = WORD;
const { day_held_tokens: DAY_HELD_TOKENS, day_requests: DAY_REQUESTS, day_tokens: DAY_TOKENS } = FLOAT;

/** The first instant of the day that is counted, in epoch milliseconds. */
export function dayStart({ words }: SharedPage, at: number): number {
  return words[at + DAY_START] * 1000;
}

/** Adds to what is used. */
export function addToDay(page: SharedPage, at: number, requests: number, tokens: number): void {
  const float = at >> 1;
  setDay(page, at, page.floats[float + DAY_REQUESTS] + requests, page.floats[float + DAY_TOKENS] + tokens);
}

/** Sets what is used. */
export function setDay({ floats }: SharedPage, at: number, requests: number, tokens: number): void {
  floats[(at >> 1) + DAY_REQUESTS] = bounded(requests);
  floats[(at >> 1) + DAY_TOKENS] = bounded(tokens);
}

/** Forgets the day when another has begun; its holds are no longer this one's. */
export function rollOver(page: SharedPage, at: number, now_ms: number): void {
  const { start_ms } = page.dayOf(now_ms);
  if (start_ms <= dayStart(page, at)) return;
  setDay(page, at, 0, 0);
  page.words[at + DAY_START] = start_ms / 1000;
  page.words[at + DAY_HELD_REQUESTS] = 0;
  page.floats[(at >> 1) + DAY_HELD_TOKENS] = 0;
}

/** A count that the wire can carry, whatever absurd reports add up to. */
function bounded(count: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, count));
}
