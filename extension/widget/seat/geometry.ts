/** Places of the pill among the boxes that it must not cover. Coordinates are those of the window. */

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Size {
  width: number;
  height: number;
}

export type Corner = "top-left" | "top-right" | "bottom-left" | "bottom-right";

/** Between the widget and the window's edge. */
const MARGIN = 16;
/** Between the widget and the box of another element. */
export const GAP = 8;

const CORNERS: Corner[] = ["bottom-right", "bottom-left", "top-right", "top-left"];

/** Whether two boxes overlap. */
export function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/**
 * The place nearest to a corner at which nothing is covered. Other corners are tried where that one has none.
 *
 * @param clear the boxes to keep clear of.
 * @returns null where no corner has room.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { placePill } from "./geometry.ts";
 *
 * const composer = { left: 0, top: 560, right: 800, bottom: 600 };
 * const place = placePill({ width: 100, height: 30 }, "bottom-right", { width: 800, height: 600 }, [composer]);
 * assert.deepEqual(place, { left: 684, top: 522 });
 * ```
 */
export function placePill(
  size: Size,
  corner: Corner,
  view: Size,
  clear: readonly Box[],
): { left: number; top: number } | null {
  for (const each of [corner, ...CORNERS]) {
    const place = slide(size, each, view, clear);
    if (place) return place;
  }
  return null;
}

/** Moves from a corner along the window's side until nothing is covered. */
function slide({ width, height }: Size, corner: Corner, view: Size, clear: readonly Box[]) {
  const left = corner.endsWith("left") ? MARGIN : view.width - MARGIN - width;
  const down = corner.startsWith("top");
  let top = down ? MARGIN : view.height - MARGIN - height;
  while (top >= 0 && top + height <= view.height) {
    const box = { left, top, right: left + width, bottom: top + height };
    const covered = clear.filter((each) => overlap(box, each));
    if (covered.length === 0) return { left, top };
    top = down
      ? Math.max(...covered.map(({ bottom }) => bottom)) + GAP
      : Math.min(...covered.map(({ top }) => top)) - GAP - height;
  }
  return null;
}

/** The corner that is nearest to a point. */
export function nearestCorner(x: number, y: number, view: Size): Corner {
  return `${y < view.height / 2 ? "top" : "bottom"}-${x < view.width / 2 ? "left" : "right"}`;
}

/** The corner to which an arrow key moves from another. */
export function cornerTowards(corner: Corner, key: string): Corner {
  const [block, inline] = corner.split("-");
  const nextBlock = { ArrowUp: "top", ArrowDown: "bottom" }[key] ?? block;
  const nextInline = { ArrowLeft: "left", ArrowRight: "right" }[key] ?? inline;
  return `${nextBlock}-${nextInline}` as Corner;
}
