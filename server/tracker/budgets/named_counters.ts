/** Spend counters by name, as many as there is room for. */
import type { Periods } from "../../core/budgets/periods.ts";
import { type PackedSums, SpendCounter } from "./spend_counter.ts";

/** Counters of one kind in a workspace. Names come from callers, so their number has to be bounded. */
export class NamedCounters {
  readonly #counters = new Map<string, SpendCounter>();
  readonly #max: number;
  /** Grows when a counter is made or dropped. */
  version = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get(name: string): SpendCounter | undefined {
    return this.#counters.get(name);
  }

  /**
   * The counter of a name, made when it is new. One without calls in flight that was not used lately makes room.
   *
   * @param isKept names that have a budget of their own: their spend is not forgotten.
   */
  of(name: string, isKept: (name: string) => boolean): SpendCounter {
    const known = this.#counters.get(name);
    if (known) return known;
    if (this.#counters.size >= this.#max) this.#makeRoom(isKept);
    const made = new SpendCounter();
    this.#counters.set(name, made);
    this.version++;
    return made;
  }

  entries(): IterableIterator<[string, SpendCounter]> {
    return this.#counters.entries();
  }

  /** Those with anything in the current periods. */
  pack(periods: Periods): [string, PackedSums][] {
    return [...this.#counters].flatMap(([name, counter]): [string, PackedSums][] => {
      const sums = counter.pack(periods);
      return sums ? [[name, sums]] : [];
    });
  }

  unpack(starts_ms: readonly number[], counters: readonly [string, PackedSums][]): void {
    for (const [name, sums] of counters) this.of(name, () => true).unpack(starts_ms, sums);
  }

  /** Each counter that was used since the last search gets a second chance. */
  #makeRoom(isKept: (name: string) => boolean): void {
    let tries = 2 * this.#counters.size;
    for (const [name, counter] of this.#counters) {
      if (tries-- === 0) return;
      this.#counters.delete(name);
      if (counter.in_flight === 0 && !counter.recent && !isKept(name)) {
        this.version++;
        return;
      }
      counter.recent = false;
      this.#counters.set(name, counter);
    }
  }
}
