/** The live counters of one workspace: what is used and what is held, in the rolling minute and the calendar day. */
import type { CalendarDay } from "../core/calendar_day.ts";
import { type Limits, over, shut } from "../core/limits.ts";
import { type MinuteRings, SPAN_S } from "../core/minute_rings.ts";
import type { MeterName } from "../../shared/meters.ts";
import { type Hold, Holds } from "./holds.ts";

export type { Hold } from "./holds.ts";

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
  readonly #rings: MinuteRings;
  readonly #slot: number;
  readonly #dayOf: (now_ms: number) => CalendarDay;
  /** None while nothing is under way: most workspaces are idle, and an empty list would be a fifth of what one costs. */
  #holds: Holds | null = null;
  #dayStart = 0;
  #dayRequests = 0;
  #dayTokens = 0;
  #dayHeldRequests = 0;
  #dayHeldTokens = 0;

  constructor(rings: MinuteRings, dayOf: (now_ms: number) => CalendarDay) {
    this.#rings = rings;
    this.#slot = rings.open();
    this.#dayOf = dayOf;
  }

  /** Attempts under way. */
  get inFlight(): number {
    return this.#holds?.count ?? 0;
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
    this.#rollOver(now_ms);
    const now_s = second(now_ms);
    if (shut(limits.requests_per_day, this.#dayRequests + this.#dayHeldRequests)) return "requests_per_day";
    if (over(limits.tokens_per_day, this.#dayTokens + this.#dayHeldTokens, tokens)) return "tokens_per_day";
    if (shut(limits.requests_per_minute, this.#rings.requests(this.#slot, now_s))) return "requests_per_minute";
    if (over(limits.tokens_per_minute, this.#rings.tokens(this.#slot, now_s), tokens)) return "tokens_per_minute";
    return null;
  }

  /** Holds one request and `tokens`, whatever the limits. */
  hold(now_ms: number, tokens: number): Hold {
    this.#rollOver(now_ms);
    const now_s = second(now_ms);
    const hold = (this.#holds ??= new Holds()).add(now_ms, Math.min(tokens, MOST_HELD_TOKENS));
    this.#rings.add(this.#slot, now_s, now_s, 1, hold.tokens);
    this.#dayHeldRequests++;
    this.#dayHeldTokens += hold.tokens;
    return hold;
  }

  /** Gives a hold back, because nothing was sent. One that is gone already is left alone. */
  release(hold: Hold, now_ms: number): void {
    if (this.#drop(hold, now_ms)) {
      this.#rings.add(this.#slot, second(hold.at_ms), second(now_ms), -1, -hold.tokens);
    }
  }

  /** Puts what an attempt really took in the place of its hold. One that is gone already is left alone. */
  settle(hold: Hold, now_ms: number, tokens: number): void {
    if (!this.#drop(hold, now_ms)) return;
    this.#rings.add(this.#slot, second(hold.at_ms), second(now_ms), 0, tokens - hold.tokens);
    if (hold.at_ms >= this.#dayStart) this.#addToDay(1, tokens);
  }

  /** Counts what was used at an instant. */
  count(at_ms: number, now_ms: number, requests: number, tokens: number): void {
    this.#rollOver(now_ms);
    this.#rings.add(this.#slot, Math.min(second(at_ms), second(now_ms)), second(now_ms), requests, tokens);
    if (at_ms >= this.#dayStart) this.#addToDay(requests, tokens);
  }

  /** Adds to the day alone: what the ledger kept of it, or (negative) what a reset had cleared. */
  countDay(now_ms: number, requests: number, tokens: number): void {
    this.#rollOver(now_ms);
    this.#addToDay(requests, tokens);
  }

  /** Adds to the minute alone: what the ledger kept of one second. */
  countSecond(at_s: number, now_ms: number, requests: number, tokens: number): void {
    this.#rings.add(this.#slot, Math.min(at_s, second(now_ms)), second(now_ms), requests, tokens);
  }

  minute(now_ms: number): WindowCounts {
    const now_s = second(now_ms);
    this.#holds?.age(now_s - SPAN_S);
    const held_requests = this.#holds?.recent ?? 0;
    const held_tokens = this.#holds?.recent_tokens ?? 0;
    return {
      requests: this.#rings.requests(this.#slot, now_s) - held_requests,
      // A second that holds all it can may hold less than its reservations.
      tokens: Math.max(0, this.#rings.tokens(this.#slot, now_s) - held_tokens),
      held_requests,
      held_tokens,
    };
  }

  day(now_ms: number): WindowCounts {
    this.#rollOver(now_ms);
    return {
      requests: this.#dayRequests,
      tokens: this.#dayTokens,
      held_requests: this.#dayHeldRequests,
      held_tokens: this.#dayHeldTokens,
    };
  }

  /** When the minute holds at most `most`, in epoch milliseconds; `now_ms` when it does already. */
  minuteFallsTo(now_ms: number, kind: "requests" | "tokens", most: number): number {
    return Math.max(now_ms, this.#rings.fallsTo(this.#slot, second(now_ms), kind, most) * 1000);
  }

  /** Forgets the minute. What is under way stays reserved. */
  resetMinute(now_ms: number): void {
    const now_s = second(now_ms);
    this.#rings.clear(this.#slot);
    this.#holds?.age(now_s - SPAN_S);
    for (const { at_ms, tokens } of this.#holds?.recently() ?? []) {
      this.#rings.add(this.#slot, second(at_ms), now_s, 1, tokens);
    }
  }

  /** Forgets the day. What is under way stays reserved. */
  resetDay(now_ms: number): void {
    this.#rollOver(now_ms);
    this.#dayRequests = 0;
    this.#dayTokens = 0;
  }

  #drop(hold: Hold, now_ms: number): boolean {
    if (!this.#holds?.end(hold)) return false;
    if (this.#holds.count === 0) this.#holds = null;
    this.#rollOver(now_ms);
    if (hold.at_ms < this.#dayStart) return true;
    this.#dayHeldRequests--;
    this.#dayHeldTokens -= hold.tokens;
    return true;
  }

  #addToDay(requests: number, tokens: number): void {
    this.#dayRequests = bounded(this.#dayRequests + requests);
    this.#dayTokens = bounded(this.#dayTokens + tokens);
  }

  #rollOver(now_ms: number): void {
    const { start_ms } = this.#dayOf(now_ms);
    if (start_ms <= this.#dayStart) return;
    this.#dayStart = start_ms;
    this.#dayRequests = 0;
    this.#dayTokens = 0;
    this.#dayHeldRequests = 0;
    this.#dayHeldTokens = 0;
  }
}

function second(ms: number): number {
  return Math.floor(ms / 1000);
}

/** A count that the wire can carry, whatever absurd reports add up to. */
function bounded(count: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, count));
}
