/** A member of a {@link Bag}, which alone sets its place. */
export interface Placed {
  /** Where it stands; −1 outside. */
  place: number;
}

/**
 * A set whose members know their place. For what comes and goes with every call: a `Set` that changes so gets a new table
 * every few dozen calls, each held by the one before with all that was in it, so that nothing of a call is freed by a small
 * garbage collection.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Bag } from "./bag.ts";
 *
 * const bag = new Bag<{ name: string; place: number }>();
 * const [a, b] = ["a", "b"].map((name) => ({ name, place: -1 }));
 * bag.add(a), bag.add(b), bag.delete(a), bag.delete(a);
 * assert.equal(bag.size, 1);
 * assert.equal(bag.members()[0], b);
 * ```
 */
export class Bag<T extends Placed> {
  #members: T[] = [];

  get size(): number {
    return this.#members.length;
  }

  /** Puts it in, once. */
  add(member: T): void {
    if (member.place >= 0) return;
    member.place = this.#members.length;
    this.#members.push(member);
  }

  /** Takes it out, if it is in. */
  delete(member: T): void {
    const { place } = member;
    if (place < 0) return;
    const last = this.#members.pop()!;
    if (last !== member) {
      this.#members[place] = last;
      last.place = place;
    }
    member.place = -1;
  }

  /** Those that are in now, in no order. */
  members(): T[] {
    return this.#members.slice();
  }

  /** Takes all out. */
  clear(): void {
    for (const member of this.#members) member.place = -1;
    this.#members = [];
  }
}
