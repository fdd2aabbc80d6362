/** The live counters of one workspace: what is used and what is held, in the rolling minute and the calendar day. */
import { FLOAT, SPAN_S, WORD } from "./counter_page.ts";
import { exceeds, isFull, type Limits } from "../../core/limits.ts";
import { add, advance, clear, fallsTo } from "./minute_rings.ts";
import type { MeterName } from "../../../shared/meters.ts";
import type { SharedPage } from "./counter_store.ts";
import { addToDay, dayStart, rollOver, setDay } from "./day_counts.ts";
import type { Hold } from "./holds.ts";

export type { Hold } from "./holds.ts";

// Taken out of the table once: what is imported is looked up at each use, and these are used with each call.
const {
  aged: AGED,
  day_held_requests: DAY_HELD_REQUESTS,
  held_requests: HELD_REQUESTS,
  requests: SUM_REQUESTS,
} = WORD;
const {
  day_held_tokens: DAY_HELD_TOKENS,
  day_requests: DAY_REQUESTS,
  day_tokens: DAY_TOKENS,
  held_tokens: HELD_TOKENS,
  tokens: SUM_TOKENS,
} = FLOAT;
const SPAN = SPAN_S;

/** The most tokens that one attempt holds: far above any model, and low enough that sums stay exact. */
const MOST_HELD_TOKENS = 2 ** 32 - 1;

/** Used and held, per window. */
export interface WindowCounts {
  requests: number;
  tokens: number;
  held_requests: number;
  held_tokens: number;
}

/** Counters of both windows, and the holds in them. No call of it makes an object but the hold itself: it is hot. */
export class WorkspaceCounters {
  readonly #page: SharedPage;
  /** Its slot's first word there, and the same place counted in floats. */
  readonly #at: number;

  /** @param at the slot's first word in the page. */
  constructor(page: SharedPage, at: number) {
    this.#page = page;
    this.#at = at;
  }

  /** Attempts under way. */
  get inFlight(): number {
    const { words } = this.#page;
    return words[this.#at + HELD_REQUESTS] + words[this.#at + AGED];
  }

  /**
   * Holds one request and `tokens`, over all limits at once; when one is full, nothing is held and its meter is named.
   *
   * @param limits `null` counts without refusing.
   */
  reserve(now_ms: number, tokens: number, limits: Limits | null): Hold | MeterName {
    return (limits && this.full(now_ms, tokens, limits)) ?? this.hold(now_ms, tokens);
  }

  /**
   * The limit that has no room for one request and `tokens`; `null` when all have. More tokens than the whole limit pass
   * when nothing else is used, or such an attempt could never run.
   */
  full(now_ms: number, tokens: number, limits: Limits): MeterName | null {
    rollOver(this.#page, this.#at, now_ms);
    const { words, floats } = this.#page;
    const at = this.#at;
    const float = at >> 1;
    const requests_today = floats[float + DAY_REQUESTS] + words[at + DAY_HELD_REQUESTS];
    if (isFull(limits.requests_per_day, requests_today)) return "requests_per_day";
    const tokens_today = floats[float + DAY_TOKENS] + floats[float + DAY_HELD_TOKENS];
    if (exceeds(limits.tokens_per_day, tokens_today, tokens)) return "tokens_per_day";
    advance(this.#page, at, second(now_ms));
    if (isFull(limits.requests_per_minute, words[at + SUM_REQUESTS])) return "requests_per_minute";
    if (exceeds(limits.tokens_per_minute, floats[float + SUM_TOKENS], tokens)) return "tokens_per_minute";
    return null;
  }

  /** Holds one request and `tokens`, whatever the limits. */
  hold(now_ms: number, tokens: number): Hold {
    rollOver(this.#page, this.#at, now_ms);
    const now_s = second(now_ms);
    const { words, floats, holds } = this.#page;
    const hold = holds.add(this.#page, this.#at, now_ms, Math.min(tokens, MOST_HELD_TOKENS));
    add(this.#page, this.#at, now_s, now_s, 1, hold.tokens);
    words[this.#at + DAY_HELD_REQUESTS]++;
    floats[(this.#at >> 1) + DAY_HELD_TOKENS] += hold.tokens;
    return hold;
  }

  /** Gives a hold back, because nothing was sent. One that is gone already is left alone. */
  release(hold: Hold, now_ms: number): void {
    if (drop(this.#page, this.#at, hold, now_ms)) {
      add(this.#page, this.#at, second(hold.at_ms), second(now_ms), -1, -hold.tokens);
    }
  }

  /** Puts what an attempt really took in the place of its hold. One that is gone already is left alone. */
  settle(hold: Hold, now_ms: number, tokens: number): void {
    if (!drop(this.#page, this.#at, hold, now_ms)) return;
    add(this.#page, this.#at, second(hold.at_ms), second(now_ms), 0, tokens - hold.tokens);
    if (hold.at_ms >= dayStart(this.#page, this.#at)) addToDay(this.#page, this.#at, 1, tokens);
  }

  /** Counts what was used at an instant. */
  count(at_ms: number, now_ms: number, requests: number, tokens: number): void {
    rollOver(this.#page, this.#at, now_ms);
    this.countSecond(second(at_ms), now_ms, requests, tokens);
    if (at_ms >= dayStart(this.#page, this.#at)) addToDay(this.#page, this.#at, requests, tokens);
  }

  /** Adds to the day alone: what the ledger kept of it, or (negative) what a reset had cleared. */
  countDay(now_ms: number, requests: number, tokens: number): void {
    rollOver(this.#page, this.#at, now_ms);
    addToDay(this.#page, this.#at, requests, tokens);
  }

  /** Adds to the minute alone: what the ledger kept of one second. */
  countSecond(at_s: number, now_ms: number, requests: number, tokens: number): void {
    add(this.#page, this.#at, Math.min(at_s, second(now_ms)), second(now_ms), requests, tokens);
  }

  minute(now_ms: number): WindowCounts {
    const { words, floats, holds } = this.#page;
    const now_s = second(now_ms);
    holds.age(now_s - SPAN);
    advance(this.#page, this.#at, now_s);
    const float = this.#at >> 1;
    const held_requests = words[this.#at + HELD_REQUESTS];
    const held_tokens = floats[float + HELD_TOKENS];
    return {
      requests: words[this.#at + SUM_REQUESTS] - held_requests,
      // A second that holds all it can may hold less than its reservations.
      tokens: Math.max(0, floats[float + SUM_TOKENS] - held_tokens),
      held_requests,
      held_tokens,
    };
  }

  day(now_ms: number): WindowCounts {
    rollOver(this.#page, this.#at, now_ms);
    const { words, floats } = this.#page;
    const float = this.#at >> 1;
    return {
      requests: floats[float + DAY_REQUESTS],
      tokens: floats[float + DAY_TOKENS],
      held_requests: words[this.#at + DAY_HELD_REQUESTS],
      held_tokens: floats[float + DAY_HELD_TOKENS],
    };
  }

  /** When the minute holds at most `most`, in epoch milliseconds; `now_ms` when it does already. */
  minuteFallsTo(now_ms: number, kind: "requests" | "tokens", most: number): number {
    return Math.max(now_ms, fallsTo(this.#page, this.#at, second(now_ms), kind, most) * 1000);
  }

  /** Forgets the minute. What is under way stays reserved. */
  resetMinute(now_ms: number): void {
    const now_s = second(now_ms);
    const { holds } = this.#page;
    clear(this.#page, this.#at);
    holds.age(now_s - SPAN);
    for (const { at_ms, tokens } of holds.recently(this.#page, this.#at)) {
      add(this.#page, this.#at, second(at_ms), now_s, 1, tokens);
    }
  }

  /** Forgets the day. What is under way stays reserved. */
  resetDay(now_ms: number): void {
    rollOver(this.#page, this.#at, now_ms);
    setDay(this.#page, this.#at, 0, 0);
  }
}

/** Takes a hold out of what is held; `false` when it is gone already. */
function drop(page: SharedPage, at: number, hold: Hold, now_ms: number): boolean {
  if (!page.holds.end(hold)) return false;
  rollOver(page, at, now_ms);
  if (hold.at_ms < dayStart(page, at)) return true;
  page.words[at + DAY_HELD_REQUESTS]--;
  page.floats[(at >> 1) + DAY_HELD_TOKENS] -= hold.tokens;
  return true;
}

function second(ms: number): number {
  return Math.floor(ms / 1000);
}
