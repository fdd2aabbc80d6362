/** The newest rows of one kind, by id. */

/** A row in memory. */
export interface Kept<T> {
  /** Position in the order of appends. */
  readonly seq: number;
  readonly row: T;
}

/**
 * Keeps up to `max` rows, and drops the oldest one for each that comes after.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { NewestRows } from "./newest_rows.ts";
 *
 * const rows = new NewestRows<{ id: string }>(2);
 * const dropped = ["a", "b", "c"].map((id, seq) => rows.add({ seq, row: { id } }));
 * assert.deepEqual(dropped, [null, null, { id: "a" }]);
 * assert.deepEqual(rows.values().map(({ row }) => row.id), ["b", "c"]);
 * ```
 */
export class NewestRows<T extends { id: string }> {
  readonly #max: number;
  readonly #byId = new Map<string, Kept<T>>();
  /**
   * The same rows in a ring that begins at `#oldest`. A map finds its oldest entry by passing all that were deleted before
   * it: up to 100 µs in a map of 100,000.
   */
  #ring: Kept<T>[] = [];
  #oldest = 0;

  constructor(max: number) {
    this.#max = max;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  get(id: string): Kept<T> | undefined {
    return this.#byId.get(id);
  }

  /** The rows in the order of their appends. */
  values(): Kept<T>[] {
    return [...this.#byId.values()];
  }

  /**
   * Keeps a row whose id is new.
   *
   * @returns the row that is dropped for it, if there is one.
   */
  add(kept: Kept<T>): T | null {
    this.#byId.set(kept.row.id, kept);
    if (this.#ring.length < this.#max) {
      this.#ring.push(kept);
      return null;
    }
    const { row } = this.#ring[this.#oldest];
    this.#ring[this.#oldest] = kept;
    this.#oldest = (this.#oldest + 1) % this.#max;
    this.#byId.delete(row.id);
    return row;
  }

  /** Deletes rows. Returns how many. */
  delete(isDeleted: (row: T) => boolean): number {
    const all = this.values();
    for (const { row } of all) if (isDeleted(row)) this.#byId.delete(row.id);
    this.#ring = this.values();
    this.#oldest = 0;
    return all.length - this.#ring.length;
  }
}
