/** The way along a chart's points with the keyboard. */

/** Steps of the keys that move by more than one point. */
const FAR = 10;

/**
 * The point that a key leads to, or null for a key that does not move.
 *
 * @param rtl whether time runs from right to left, as the chart is drawn in Arabic.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { walkTo } from "./walk.ts";
 *
 * assert.equal(walkTo("ArrowRight", 3, { count: 24, rtl: false }), 4);
 * assert.equal(walkTo("ArrowRight", 3, { count: 24, rtl: true }), 2);
 * assert.equal(walkTo("End", 3, { count: 24, rtl: false }), 23);
 * assert.equal(walkTo("Tab", 3, { count: 24, rtl: false }), null);
 * ```
 */
export function walkTo(key: string, at: number, { count, rtl }: { count: number; rtl: boolean }): number | null {
  const right = rtl ? -1 : 1;
  const targets: Record<string, number> = {
    ArrowRight: at + right,
    ArrowUp: at + 1,
    ArrowLeft: at - right,
    ArrowDown: at - 1,
    PageUp: at + FAR,
    PageDown: at - FAR,
    Home: 0,
    End: count - 1,
  };
  return Object.hasOwn(targets, key) ? Math.min(count - 1, Math.max(0, targets[key])) : null;
}
