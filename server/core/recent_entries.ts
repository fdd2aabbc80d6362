/** A map that remembers its newest entries. */

/**
 * Remembers between `least` and twice as many entries. It forgets many at a time: deleting the oldest key of a large map one
 * by one takes time for each key that was deleted before.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { RecentEntries } from "./recent_entries.ts";
 *
 * const recent = new RecentEntries<string, number>(2);
 * for (const [place, name] of ["a", "b", "c", "d"].entries()) recent.set(name, place);
 * assert.deepEqual(["a", "b", "c", "d"].map((name) => recent.get(name)), [undefined, undefined, 2, 3]);
 * ```
 */
export class RecentEntries<Key, Value> {
  readonly #least: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  constructor(least: number) {
    this.#least = least;
  }

  get(key: Key): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: Key, value: Value): void {
    this.#young.set(key, value);
    if (this.#young.size < this.#least) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
