/** A bound on maps whose keys callers invent. */

/**
 * Drops the oldest entry when there is one too many. To drop the least recently used one instead, delete an entry before
 * each time it is set again.
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
