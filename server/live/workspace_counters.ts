/** The live counters of one workspace: what is used and what is held, in the rolling minute and the calendar day. */
import type { CalendarDay } from "../core/calendar_day.ts";
import type { Limits } from "../core/limits.ts";
import { type MinuteRings, SPAN_S } from "../core/minute_rings.ts";
import type { MeterName } from "../../shared/quota.ts";

/** The most tokens that one attempt holds: far above any model, and low enough that sums stay exact. */
const MOST_HELD_TOKENS = 2 ** 32 - 1;

/** An attempt under way: it counts in the second in which it was sent, as reserved until it is settled. */
export interface Hold {
  readonly at_ms: number;
  /** Tokens reserved for it. */
  readonly tokens: number;
}

/** Used and held, per window. */
export interface WindowCounts {
  requests: number;
  tokens: number;
  held_requests: number;
  held_tokens: number;
}

/** Counters of both windows, and the holds in them. */
export class WorkspaceCounters {
  readonly #rings: MinuteRings;
  readonly #slot: number;
  readonly #dayOf: (now_ms: number) => CalendarDay;
  readonly #holds = new Set<Hold>();
  #dayStart = 0;
  #day: WindowCounts = noCounts();

  constructor(rings: MinuteRings, dayOf: (now_ms: number) => CalendarDay) {
    this.#rings = rings;
    this.#slot = rings.open();
    this.#dayOf = dayOf;
  }

  /** Attempts under way. */
  get inFlight(): number {
    return this.#holds.size;
  }

  /**
   * Holds one request and `tokens`, over all limits at once; when one is full, nothing is held and its meter is named.
   * A reservation larger than the whole limit passes when nothing else is used, or it could never run.
   *
   * @param limits `null` counts without refusing.
   */
  reserve(now_ms: number, tokens: number, limits: Limits | null): Hold | MeterName {
    this.#rollOver(now_ms);
    const full = limits && this.#full(now_ms, tokens, limits);
    if (full) return full;
    const hold: Hold = { at_ms: now_ms, tokens: Math.min(tokens, MOST_HELD_TOKENS) };
    this.#holds.add(hold);
    this.#rings.add(this.#slot, second(now_ms), second(now_ms), 1, hold.tokens);
    this.#day.held_requests++;
    this.#day.held_tokens += hold.tokens;
    return hold;
  }

  /** Gives a hold back, because nothing was sent, or to count what really was. One that is gone already is left alone. */
  release(hold: Hold, now_ms: number): void {
    if (!this.#holds.delete(hold)) return;
    this.#rollOver(now_ms);
    this.#rings.add(this.#slot, second(hold.at_ms), second(now_ms), -1, -hold.tokens);
    if (hold.at_ms < this.#dayStart) return;
    this.#day.held_requests--;
    this.#day.held_tokens -= hold.tokens;
  }

  /** Counts what was used at an instant. */
  count(at_ms: number, now_ms: number, requests: number, tokens: number): void {
    this.#rollOver(now_ms);
    this.#rings.add(this.#slot, Math.min(second(at_ms), second(now_ms)), second(now_ms), requests, tokens);
    if (at_ms < this.#dayStart) return;
    this.#day.requests = bounded(this.#day.requests + requests);
    this.#day.tokens = bounded(this.#day.tokens + tokens);
  }

  /** Adds to the day alone: what the ledger kept of it, or (negative) what a reset had cleared. */
  countDay(now_ms: number, requests: number, tokens: number): void {
    this.#rollOver(now_ms);
    this.#day.requests = bounded(this.#day.requests + requests);
    this.#day.tokens = bounded(this.#day.tokens + tokens);
  }

  /** Adds to the minute alone: what the ledger kept of one second. */
  countSecond(at_s: number, now_ms: number, requests: number, tokens: number): void {
    this.#rings.add(this.#slot, Math.min(at_s, second(now_ms)), second(now_ms), requests, tokens);
  }

  minute(now_ms: number): WindowCounts {
    const counts = noCounts();
    const oldest = second(now_ms) - SPAN_S;
    for (const hold of this.#holds) {
      if (second(hold.at_ms) <= oldest) continue;
      counts.held_requests++;
      counts.held_tokens += hold.tokens;
    }
    counts.requests = this.#rings.requests(this.#slot, second(now_ms)) - counts.held_requests;
    // A second that holds all it can may hold less than its reservations.
    counts.tokens = Math.max(0, this.#rings.tokens(this.#slot, second(now_ms)) - counts.held_tokens);
    return counts;
  }

  day(now_ms: number): Readonly<WindowCounts> {
    this.#rollOver(now_ms);
    return this.#day;
  }

  /** When the minute holds at most `most`, in epoch milliseconds; `now_ms` when it does already. */
  minuteFallsTo(now_ms: number, kind: "requests" | "tokens", most: number): number {
    return Math.max(now_ms, this.#rings.fallsTo(this.#slot, second(now_ms), kind, most) * 1000);
  }

  /** Forgets the minute. What is under way stays reserved. */
  resetMinute(now_ms: number): void {
    this.#rings.clear(this.#slot);
    for (const hold of this.#holds) this.#rings.add(this.#slot, second(hold.at_ms), second(now_ms), 1, hold.tokens);
  }

  /** Forgets the day. What is under way stays reserved. */
  resetDay(now_ms: number): void {
    this.#rollOver(now_ms);
    this.#day.requests = 0;
    this.#day.tokens = 0;
  }

  #full(now_ms: number, tokens: number, limits: Limits): MeterName | null {
    const now_s = second(now_ms);
    const day = this.#day;
    const over = (limit: number | null, used: number, add: number) => limit !== null && used > 0 && used + add > limit;
    const shut = (limit: number | null, used: number) => limit !== null && used + 1 > limit;
    if (shut(limits.requests_per_day, day.requests + day.held_requests)) return "requests_per_day";
    if (over(limits.tokens_per_day, day.tokens + day.held_tokens, tokens)) return "tokens_per_day";
    if (shut(limits.requests_per_minute, this.#rings.requests(this.#slot, now_s))) return "requests_per_minute";
    if (over(limits.tokens_per_minute, this.#rings.tokens(this.#slot, now_s), tokens)) return "tokens_per_minute";
    return null;
  }

  #rollOver(now_ms: number): void {
    const { start_ms } = this.#dayOf(now_ms);
    if (start_ms <= this.#dayStart) return;
    this.#dayStart = start_ms;
    this.#day = noCounts();
  }
}

function second(ms: number): number {
  return Math.floor(ms / 1000);
}

/** A count that the wire can carry, whatever absurd reports add up to. */
function bounded(count: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, count));
}

function noCounts(): WindowCounts {
  return { requests: 0, tokens: 0, held_requests: 0, held_tokens: 0 };
}
