/** The place of the open panel among the boxes that it must not cover. Part of the script that loads when it opens. */
import { type Box, GAP, type Size } from "./geometry.ts";

/** Where the panel is, and how high it may be: it scrolls beyond. */
interface PanelPlace {
  left: number;
  top: number;
  height: number;
}

/** Of this height the panel shows what decides: the rest may be scrolled to. */
const ENOUGH = 240;
/** Below this height a panel is of no use. */
const LEAST = 120;

/**
 * The place near the pill where enough of the panel shows and nothing is covered.
 *
 * @param size of the whole panel.
 * @param clear the boxes to keep clear of, the pill's own among them.
 * @returns null where no place is high enough.
 */
export function placePanel(pill: Box, size: Size, view: Size, clear: readonly Box[]): PanelPlace | null {
  const most = Math.max(GAP, view.width - GAP - size.width);
  const lefts = [pill.right - size.width, pill.left, most, GAP].map((left) => Math.min(Math.max(GAP, left), most));
  let best: PanelPlace | null = null;
  let highest = 0;
  for (const left of lefts) {
    for (const gap of freeHeights(left, left + size.width, view, clear)) {
      const place = { left, ...fit(gap, size.height, pill) };
      const its = score({ ...place, width: size.width }, pill);
      if (place.height >= Math.min(LEAST, size.height) && (!best || its > highest)) [best, highest] = [place, its];
    }
  }
  return best;
}

interface Gap {
  top: number;
  bottom: number;
}

/** At that end of the gap which is nearer to the pill. */
function fit({ top, bottom }: Gap, most: number, pill: Box): Omit<PanelPlace, "left"> {
  const height = Math.min(most, bottom - top);
  return { height, top: bottom <= pill.top ? bottom - height : top };
}

/** Higher up to {@link ENOUGH}, and of equals nearer to the pill. */
function score({ left, top, height, width }: PanelPlace & { width: number }, pill: Box): number {
  const below = Math.max(pill.top - (top + height), top - pill.bottom, 0);
  const beside = Math.max(left - pill.right, pill.left - (left + width), 0);
  return Math.min(height, ENOUGH) * 10 - below - beside;
}

/** The gaps between the boxes in a vertical strip of the window. */
function freeHeights(left: number, right: number, view: Size, clear: readonly Box[]): Gap[] {
  const inStrip = clear.filter((box) => box.left < right && left < box.right).sort((a, b) => a.top - b.top);
  const gaps: Gap[] = [];
  let top = GAP;
  for (const box of inStrip) {
    if (box.top - GAP > top) gaps.push({ top, bottom: Math.min(box.top, view.height) - GAP });
    top = Math.max(top, box.bottom + GAP);
  }
  if (view.height - GAP > top) gaps.push({ top, bottom: view.height - GAP });
  return gaps;
}
