/** A clock that a test controls. */
import type { Clock } from "../../server/core/clock.ts";

interface Timer {
  due: number;
  /** Null for a timer that fires once. */
  every: number | null;
  fn: () => void;
}

/**
 * A clock that moves only with `advance()`. Timers fire in the order of their due times, and `now()` is the due time
 * while one fires. A timer that another timer sets fires in the same `advance()` when it is due within it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ManualClock } from "./clock.ts";
 *
 * const clock = new ManualClock(0);
 * const fired: number[] = [];
 * clock.every(400, () => fired.push(clock.now()));
 * clock.advance(1_000);
 * assert.deepEqual(fired, [400, 800]);
 * assert.equal(clock.now(), 1_000);
 * ```
 */
export class ManualClock implements Clock {
  #now: number;
  /** In the order of creation, which decides ties. */
  readonly #timers = new Set<Timer>();

  /** @param start epoch milliseconds; by default an arbitrary instant away from midnight. */
  constructor(start: number = Date.UTC(2026, 10, 21, 10, 0, 0)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  every(ms: number, fn: () => void): () => void {
    if (!(ms > 0)) throw new RangeError(`Cannot repeat every ${ms} ms: the interval must be above zero`);
    return this.#add({ due: this.#now + ms, every: ms, fn });
  }

  after(ms: number, fn: () => void): () => void {
    return this.#add({ due: this.#now + Math.max(0, ms), every: null, fn });
  }

  /** Moves on by `ms` and fires the timers that fall due. */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`Cannot advance by ${ms} ms: time does not run back`);
    const end = this.#now + ms;
    for (let timer = this.#next(end); timer; timer = this.#next(end)) {
      this.#now = timer.due;
      if (timer.every === null) this.#timers.delete(timer);
      else timer.due += timer.every;
      timer.fn();
    }
    this.#now = end;
  }

  /** How many timers are set; one that is left at the end of a test is a leak. */
  get pending(): number {
    return this.#timers.size;
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  #next(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.due <= end && (!next || timer.due < next.due)) next = timer;
    }
    return next;
  }
}
