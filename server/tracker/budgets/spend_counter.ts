/** What one workspace, app, model or run has spent in the current periods, and what its calls in flight hold. */
import { addUsd, maxUsd, type UsdNanos, usdNanos, ZERO_USD } from "../../../shared/money/money.ts";
import type { Periods } from "../../core/budgets/periods.ts";

const PERIODS = 3;

/** By period: nano-dollars, which JSON has no numbers for, and calls of unknown cost. */
export type PackedSums = [spent: string, unpriced: number][];

/** Sums by period. A sum is kept with the start of its period, so that a new period needs no reset. */
export class SpendCounter {
  /** Held for calls in flight, whichever day they began on. */
  reserved: UsdNanos = ZERO_USD;
  /** By how much calls in flight that name no maximum of output can pass what they hold. */
  overshoot: UsdNanos = ZERO_USD;
  /** Calls in flight. */
  in_flight = 0;
  /** Whether it was used since a search for unused counters. */
  recent = true;
  readonly #starts_ms: number[] = new Array(PERIODS).fill(-Infinity);
  readonly #spent: UsdNanos[] = new Array(PERIODS).fill(ZERO_USD);
  readonly #unpriced: number[] = new Array(PERIODS).fill(0);

  hold(amount: UsdNanos, overshoot: UsdNanos): void {
    // Adding zero would allocate a new bigint.
    if (amount !== ZERO_USD) this.reserved = addUsd(this.reserved, amount);
    if (overshoot !== ZERO_USD) this.overshoot = addUsd(this.overshoot, overshoot);
    this.in_flight++;
    this.recent = true;
  }

  unhold(amount: UsdNanos, overshoot: UsdNanos): void {
    if (amount !== ZERO_USD) this.reserved = (this.reserved - amount) as UsdNanos;
    if (overshoot !== ZERO_USD) this.overshoot = (this.overshoot - overshoot) as UsdNanos;
    this.in_flight--;
  }

  /**
   * Adds the cost of a call to the periods in which it began. Earlier periods are in the ledger alone.
   *
   * @param unpriced calls in it of which the cost is not known.
   */
  add({ starts_ms }: Periods, at_ms: number, cost: UsdNanos, unpriced: number): void {
    this.recent = true;
    for (let period = 0; period < PERIODS; period++) {
      const start_ms = starts_ms[period];
      if (start_ms > this.#starts_ms[period]) {
        this.#starts_ms[period] = start_ms;
        this.#spent[period] = ZERO_USD;
        this.#unpriced[period] = 0;
      }
      if (at_ms < this.#starts_ms[period]) continue;
      if (cost !== ZERO_USD) this.#spent[period] = addUsd(this.#spent[period], cost);
      this.#unpriced[period] += unpriced;
    }
  }

  /** As {@link add}, with amounts that may be negative. A counter that began again has not all of what was spent. */
  correct(periods: Periods, at_ms: number, difference: UsdNanos, unpriced: number): void {
    this.add(periods, at_ms, difference, unpriced);
    for (let period = 0; period < PERIODS; period++) {
      this.#spent[period] = maxUsd(this.#spent[period], ZERO_USD);
      this.#unpriced[period] = Math.max(this.#unpriced[period], 0);
    }
  }

  /** Its sums of the current periods; `null` where there are none. */
  pack(periods: Periods): PackedSums | null {
    if (!this.hasAny(periods)) return null;
    return this.#spent.map((_, period) => [`${this.spent(period, periods)}`, this.unpriced(period, periods)]);
  }

  /** Whether the current periods have spend or calls of unknown cost. */
  hasAny(periods: Periods): boolean {
    for (let period = 0; period < PERIODS; period++) {
      if (this.spent(period, periods) > 0n || this.unpriced(period, periods) > 0) return true;
    }
    return false;
  }

  /** Takes over packed sums of the periods that began at `starts_ms`. Call it on a new counter. */
  unpack(starts_ms: readonly number[], sums: PackedSums): void {
    for (const [period, [spent, unpriced]] of sums.entries()) {
      this.#starts_ms[period] = starts_ms[period];
      this.#spent[period] = usdNanos(BigInt(spent));
      this.#unpriced[period] = unpriced;
    }
  }

  spent(period: number, { starts_ms }: Periods): UsdNanos {
    return this.#starts_ms[period] >= starts_ms[period] ? this.#spent[period] : ZERO_USD;
  }

  unpriced(period: number, { starts_ms }: Periods): number {
    return this.#starts_ms[period] >= starts_ms[period] ? this.#unpriced[period] : 0;
  }
}
