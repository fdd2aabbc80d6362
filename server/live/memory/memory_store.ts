/** The live store in this process's memory. */
import { type CalendarDay, calendarDays } from "../../core/calendar_day.ts";
import { type Limits, MINUTE_SPAN_S } from "../../core/limits.ts";
import { isLimited, limitsOfNames, type WorkspaceLimits } from "../../core/workspace_limits.ts";
import type { Count, Ending, FullLimit, Hold, ImmediateLiveStore, KeptCounts } from "../live_store.ts";
import type { ModelNames, Reservation, Slot, Snapshot } from "../live_store.ts";
import { type Counter, CounterPages } from "./counter_page.ts";
import {
  addTaken,
  count,
  countDay,
  countMinute,
  fullLimit,
  hold,
  type Instant,
  type Left,
  leftAfter,
  lower,
  resetDay,
  unhold,
} from "./counts.ts";
import { type CountedHold, Holds } from "./holds.ts";
import { add, clear, nextLeaving } from "./minute_rings.ts";
import { opensAt, readings } from "./readings.ts";
import { needsParts, SecondPartsPool } from "./second_parts.ts";
import { isOf, type ModelCounter, WorkspaceCounter } from "./workspace_counter.ts";

/** Tokens that one attempt holds at most: far above any model's, and low enough that sums stay exact. */
const MAX_HELD_TOKENS = 2 ** 32 - 1;

/**
 * Opens a store that ends with the process. It answers immediately.
 *
 * @param timezone IANA zone in which a day begins.
 */
export function openMemoryLiveStore(timezone: string): ImmediateLiveStore {
  return new MemoryLiveStore(calendarDays(timezone));
}

class MemoryLiveStore implements ImmediateLiveStore {
  readonly #dayOf: (now_ms: number) => CalendarDay;
  readonly #pages = new CounterPages();
  readonly #holds = new Holds<WorkspaceCounter>();
  readonly #parts = new SecondPartsPool();
  /** Used again for each call. */
  readonly #now = { now_s: 0, now_ms: 0, day_start_s: 0 };
  /** What the attempt that is being reserved leaves. */
  #left: Left | null = null;
  readonly #taken = { minute_requests: 0, minute_tokens: 0, day_requests: 0, day_tokens: 0 };

  constructor(dayOf: (now_ms: number) => CalendarDay) {
    this.#dayOf = dayOf;
  }

  open(): Slot {
    return new WorkspaceCounter(this.#pages);
  }

  close(slot: Slot): void {
    const workspace = slot as WorkspaceCounter;
    for (const counter of [workspace, ...workspace.models()]) this.#parts.drop(counter);
    workspace.release(this.#pages);
  }

  reserve(slot: Slot, reservation: Reservation): Hold | FullLimit {
    const { now_ms, limits } = reservation;
    const workspace = slot as WorkspaceCounter;
    const now = this.#at(now_ms);
    this.#left = null;
    const full = this.#full(workspace, reservation);
    if (full) return full;
    const counter = workspace.counterOf(reservation, this.#pages, now, limits);
    const tokens = Math.min(reservation.tokens, MAX_HELD_TOKENS);
    const held = this.#holds.add(workspace, counter, now_ms, tokens, this.#left!);
    hold(workspace, now, held.tokens);
    if (counter && counter !== workspace) hold(counter, now, held.tokens);
    return held;
  }

  settle(hold: Hold, ending: Ending): void {
    const { tokens, now_ms } = ending;
    const ended = hold as CountedHold<WorkspaceCounter>;
    const { workspace, counter, at_ms, tokens: held } = ended;
    const now = this.#at(now_ms);
    // Before the hold ends: the copy that the model gets has the hold in it.
    if (ended.under_way && counter === workspace && !workspace.isOf(ending)) {
      this.#holds.age(now.now_s - MINUTE_SPAN_S);
      workspace.rename(ending, this.#pages, now);
    }
    if (!this.#holds.end(ended)) return;
    unhold(workspace, now, at_ms, held, tokens);
    const own = ended.model as ModelCounter | null;
    if (own && isOf(own, ending)) return unhold(own, now, at_ms, held, tokens);
    if (own) unhold(own, now, at_ms, held, null);
    else if (counter === workspace) return;
    const other = workspace.counterOf(ending, this.#pages, now, null);
    if (other) count(other, now, at_ms, 1, tokens);
  }

  release(hold: Hold, now_ms: number): void {
    const ended = hold as CountedHold<WorkspaceCounter>;
    if (!this.#holds.end(ended)) return;
    const { workspace, model, at_ms, tokens } = ended;
    const now = this.#at(now_ms);
    unhold(workspace, now, at_ms, tokens, null);
    if (model) unhold(model, now, at_ms, tokens, null);
  }

  count(slot: Slot, counted: Count): void {
    const { tokens, at_ms, now_ms, limits, requests = 1 } = counted;
    const now = this.#at(now_ms);
    for (const counter of this.#counters(slot, counted, limits)) count(counter, now, at_ms, requests, tokens);
  }

  snapshot(slot: Slot, now_ms: number, in_force: WorkspaceLimits): Snapshot {
    const workspace = slot as WorkspaceCounter;
    const day = this.#dayOf(now_ms);
    const now = this.#at(now_ms);
    this.#holds.age(now.now_s - MINUTE_SPAN_S);
    const of = (counters: Counter[], limits: Limits) => readings(counters, limits, now, day.end_ms);
    const limited = [...in_force.models].filter(([, limits]) => isLimited(limits));
    return {
      workspace: of([workspace], in_force.limits),
      models: limited.map(([model, limits]) => ({ model, readings: of(workspace.coveredBy(model, in_force), limits) })),
      changes_at_ms: nextLeaving(workspace.page, workspace.at, now.now_s) * 1000,
    };
  }

  reset(slot: Slot, window: "minute" | "day", now_ms: number): void {
    const now = this.#at(now_ms);
    const workspace = slot as WorkspaceCounter;
    for (const counter of [workspace, ...workspace.models()]) {
      if (window === "day") resetDay(counter, now);
      else this.#resetMinute(counter, now.now_s);
    }
  }

  rebuild(slot: Slot, { seconds, day, now_ms, limits }: KeptCounts): void {
    const now = this.#at(now_ms);
    // The minute first: models in it are not dropped for those that were used earlier in the day.
    for (const counted of seconds) {
      const { second, requests, tokens } = counted;
      for (const counter of this.#counters(slot, counted, limits)) {
        countMinute(counter, now, second * 1000, requests, tokens);
      }
    }
    for (const counted of day) {
      const { requests, tokens } = counted;
      for (const counter of this.#counters(slot, counted, limits)) countDay(counter, now, requests, tokens);
    }
  }

  /** The workspace's counter, and the model's where it has one of its own. */
  #counters(slot: Slot, names: ModelNames, limits: WorkspaceLimits): Counter[] {
    const workspace = slot as WorkspaceCounter;
    const counter = workspace.counterOf(names, this.#pages, this.#now, limits);
    return counter && counter !== workspace ? [workspace, counter] : [workspace];
  }

  /** The limit that refuses, if any does. Else sets what the attempt leaves. */
  #full(workspace: WorkspaceCounter, reservation: Reservation): FullLimit | null {
    const { limits } = reservation;
    const full = this.#fullOf(workspace, null, null, limits.limits, reservation);
    if (full || limits.models.size === 0) return full;
    for (const limit of limitsOfNames(limits.models, reservation.model, reservation.answered)) {
      const covered = workspace.coveredBy(limit, limits);
      const full = this.#fullOf(workspace, covered, limit, limits.models.get(limit)!, reservation);
      if (full) return full;
    }
    return null;
  }

  /** @param covered the counters of the limit; `null` for the workspace's own, which needs no list. */
  #fullOf(
    workspace: WorkspaceCounter,
    covered: Counter[] | null,
    model: string | null,
    limits: Limits,
    { tokens, now_ms, enforce }: Reservation,
  ): FullLimit | null {
    const taken = this.#taken;
    taken.minute_requests =
      taken.minute_tokens =
      taken.day_requests =
      taken.day_tokens =
        0;
    if (covered === null) addTaken(taken, workspace, this.#now);
    else for (const counter of covered) addTaken(taken, counter, this.#now);
    const left = leftAfter(limits, taken, tokens);
    if (this.#left === null) this.#left = left;
    else lower(this.#left, left);
    if (!enforce) return null;
    const full = fullLimit(limits, taken, tokens);
    const counters = covered ?? [workspace];
    if (needsParts(limits, taken)) this.#parts.give(counters, this.#now.now_s);
    if (!full) return null;
    const { end_ms } = this.#dayOf(now_ms);
    this.#holds.age(this.#now.now_s - MINUTE_SPAN_S);
    return {
      full,
      model,
      limits,
      readings: readings(counters, limits, this.#now, end_ms),
      opens_at_ms: opensAt(full, counters, limits[full]!, tokens, now_ms, end_ms),
    };
  }

  #resetMinute(counter: Counter, now_s: number): void {
    const { page, at } = counter;
    clear(page, at);
    this.#parts.drop(counter);
    this.#holds.age(now_s - MINUTE_SPAN_S);
    for (const { at_ms, tokens } of this.#holds.recent(counter)) add(page, at, second(at_ms), now_s, 1, tokens);
  }

  #at(now_ms: number): Instant {
    this.#now.now_s = second(now_ms);
    this.#now.now_ms = now_ms;
    this.#now.day_start_s = this.#dayOf(now_ms).start_ms / 1000;
    return this.#now;
  }
}

function second(ms: number): number {
  return Math.floor(ms / 1000);
}
