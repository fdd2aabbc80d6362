/** A member of an {@link IndexedSet}. Only the set writes its index. */
export interface IndexedMember {
  /** Position in the set; −1 while it is in none. */
  index: number;
}

/**
 * A set whose members store their own position, for objects that enter and leave with every call.
 *
 * V8 replaces the table of a `Set` or `Map` every few dozen such changes, and each old table points to the next one. All
 * objects of those calls then survive the minor garbage collections. An array with swap-removal has no such tables.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { IndexedSet } from "./indexed_set.ts";
 *
 * const set = new IndexedSet<{ name: string; index: number }>();
 * const [a, b] = ["a", "b"].map((name) => ({ name, index: -1 }));
 * set.add(a), set.add(b), set.delete(a), set.delete(a);
 * assert.equal(set.size, 1);
 * assert.equal(set.members()[0], b);
 * ```
 */
export class IndexedSet<T extends IndexedMember> {
  #members: T[] = [];

  get size(): number {
    return this.#members.length;
  }

  /** Adds a member, unless it is in the set already. */
  add(member: T): void {
    if (member.index >= 0) return;
    member.index = this.#members.length;
    this.#members.push(member);
  }

  /** Removes a member, if it is in the set. */
  delete(member: T): void {
    const { index } = member;
    if (index < 0) return;
    const last = this.#members.pop()!;
    if (last !== member) {
      this.#members[index] = last;
      last.index = index;
    }
    member.index = -1;
  }

  /** A copy of the present members, in no particular order. */
  members(): T[] {
    return this.#members.slice();
  }

  /** Removes all members. */
  clear(): void {
    for (const member of this.#members) member.index = -1;
    this.#members = [];
  }
}
