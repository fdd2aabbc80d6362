/** Counts what each address has open, with a bound for one address and one for all. */

/** The bounds of one kind of connection. */
interface CountBounds {
  max: number;
  max_per_address: number;
}

/**
 * Counts by address.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { AddressCounts } from "./address_counts.ts";
 *
 * const counts = new AddressCounts({ max: 3, max_per_address: 2 });
 * assert.deepEqual(["a", "a", "a", "b", "c"].map((address) => counts.take(address)), [true, true, false, true, false]);
 * counts.release("a");
 * assert.equal(counts.take("c"), true);
 * ```
 */
export class AddressCounts {
  readonly #bounds: CountBounds;
  readonly #byAddress = new Map<string, number>();
  #all = 0;

  constructor(bounds: CountBounds) {
    this.#bounds = bounds;
  }

  /**
   * Counts one more.
   *
   * @param isShared many callers use this address, so that only the bound for all applies.
   * @returns `false`, and counts nothing, if a bound is reached.
   */
  take(address: string, isShared = false): boolean {
    const own = this.#byAddress.get(address) ?? 0;
    const { max, max_per_address } = this.#bounds;
    if (this.#all >= max || (own >= max_per_address && !isShared)) return false;
    this.#all++;
    this.#byAddress.set(address, own + 1);
    return true;
  }

  /** One that was counted is closed. */
  release(address: string): void {
    this.#all--;
    const own = this.#byAddress.get(address)! - 1;
    if (own > 0) this.#byAddress.set(address, own);
    else this.#byAddress.delete(address);
  }
}
