/** A bound on what is remembered by name: names are other people's to invent. */

/**
 * Drops the entry that was put in first, when one more has been put in than may stay. Whoever means the one put in last
 * deletes it first, so that it is put in anew.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { dropOldest } from "./drop_oldest.ts";
 *
 * const kept = new Map([["a", 1], ["b", 2], ["c", 3]]);
 * dropOldest(kept, 2);
 * assert.deepEqual([...kept.keys()], ["b", "c"]);
 * ```
 */
export function dropOldest(kept: Map<string, unknown>, most: number): void {
  if (kept.size <= most) return;
  for (const oldest of kept.keys()) return void kept.delete(oldest);
}
