/** Sums of one window each, for attempts in the order of their starts. Arithmetic ends a window. */
import { addUsd, type UsdNanos, ZERO_USD } from "../../../shared/money/money.ts";
import type { Periods } from "../budgets/periods.ts";
import { MINUTE_SPAN_S } from "../limits.ts";
import { RecentEntries } from "../recent_entries.ts";

/** The start of an attempt, with the windows that contain it. */
export interface Moment {
  readonly second: number;
  /** The day's start is that of the first period. */
  readonly periods: Periods;
}

/** Numbers in one window. */
export interface CountWindow {
  /** The sum of the window that contains the moment. */
  sum(at: Moment): number;
  add(at: Moment, count: number): void;
  /** The first instant of the window that contains the moment. Epoch milliseconds. */
  startOf(at: Moment): number;
}

/** The rolling minute. */
export class MinuteWindow implements CountWindow {
  readonly #cells = new Float64Array(MINUTE_SPAN_S);
  #second = 0;
  #sum = 0;

  sum({ second }: Moment): number {
    this.#advance(second);
    return this.#sum;
  }

  add({ second }: Moment, count: number): void {
    this.#advance(second);
    this.#cells[second % MINUTE_SPAN_S] += count;
    this.#sum += count;
  }

  startOf({ second }: Moment): number {
    return (second - MINUTE_SPAN_S + 1) * 1000;
  }

  #advance(second: number): void {
    const passed = Math.min(MINUTE_SPAN_S, second - this.#second);
    for (let ago = 0; ago < passed; ago++) {
      const cell = (second - ago) % MINUTE_SPAN_S;
      this.#sum -= this.#cells[cell];
      this.#cells[cell] = 0;
    }
    this.#second = Math.max(second, this.#second);
  }
}

/** The calendar day. */
export class DayWindow implements CountWindow {
  #start_ms = 0;
  #sum = 0;

  sum(at: Moment): number {
    this.#advance(at);
    return this.#sum;
  }

  add(at: Moment, count: number): void {
    this.#advance(at);
    this.#sum += count;
  }

  startOf({ periods }: Moment): number {
    return periods.starts_ms[0];
  }

  #advance(at: Moment): void {
    const start_ms = this.startOf(at);
    if (start_ms !== this.#start_ms) this.#sum = 0;
    this.#start_ms = start_ms;
  }
}

/** Names that are remembered in a period, at least: the newest. Callers can invent names of apps and runs. */
const NAMES = 10_000;

/** Money by name in one calendar period. */
export class SpendWindow {
  readonly #period: number;
  readonly #sums = new RecentEntries<string | null, UsdNanos>(NAMES);
  #start_ms = 0;

  /** @param period index in `BUDGET_PERIODS`. */
  constructor(period: number) {
    this.#period = period;
  }

  sum(at: Moment, name: string | null): UsdNanos {
    this.#advance(at);
    return this.#sums.get(name) ?? ZERO_USD;
  }

  add(at: Moment, name: string | null, amount: UsdNanos): void {
    this.#sums.set(name, addUsd(this.sum(at, name), amount));
  }

  startOf({ periods }: Moment): number {
    return periods.starts_ms[this.#period];
  }

  #advance(at: Moment): void {
    const start_ms = this.startOf(at);
    if (start_ms !== this.#start_ms) this.#sums.clear();
    this.#start_ms = start_ms;
  }
}
