/** A bound on the values of a label, because Prometheus stores a time series for each of them. */

/** The label of all values beyond the bound. */
const OTHER = "other";

/** Longer values count as {@link OTHER}: no model has such a name. */
const MAX_LENGTH = 100;

/**
 * Values by label, made on first use up to a maximum. All further labels share one value, under {@link OTHER}.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BoundedMap } from "./bounded_map.ts";
 *
 * const calls = new BoundedMap(2, () => ({ count: 0 }));
 * for (const workspace of ["a", "b", "c", "d", "a"]) calls.of(workspace).count++;
 * assert.deepEqual([...calls].map(([label, { count }]) => [label, count]), [["a", 2], ["b", 1], ["other", 2]]);
 * ```
 */
export class BoundedMap<T> {
  readonly #max: number;
  readonly #make: () => T;
  readonly #values = new Map<string, T>();
  #other: T | undefined;

  constructor(max: number, make: () => T) {
    this.#max = max;
    this.#make = make;
  }

  /** The value of a label. */
  of(label: string): T {
    return this.#values.get(label) ?? this.#add(label);
  }

  /** Whether a label has a value of its own. */
  has(label: string): boolean {
    return this.#values.has(label);
  }

  *[Symbol.iterator](): Iterator<[string, T]> {
    yield* this.#values;
    if (this.#other !== undefined) yield [OTHER, this.#other];
  }

  #add(label: string): T {
    const isBeyond = this.#values.size >= this.#max || label.length > MAX_LENGTH || label === OTHER;
    if (isBeyond) return this.#other ??= this.#make();
    const made = this.#make();
    this.#values.set(label, made);
    return made;
  }
}
