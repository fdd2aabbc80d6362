/** Fits the widget's row into the page, and finds out where a row does not fit. */
import type { Anchor } from "./anchor.ts";
import { type Box, GAP, overlap } from "./geometry.ts";
import { buttonBoxes } from "./obstacles.ts";

/** A row that is higher contains more than the pill. */
const MAX_ROW_HEIGHT = 48;
const MIN_ROW_WIDTH = 100;
/** A composer that is positioned elsewhere in the window is farther below its row. */
const MAX_DISTANCE = 24;

/** Positions of the pill in its row, tried in this order: the classes of the section. */
const ROWS = ["", "start", "dot", "start dot"];

interface RowParts {
  /** The row. */
  section: HTMLElement;
  pill: HTMLElement;
}

/** Whether the row is a row above the composer, has not squeezed it, and in one of its positions covers no button. */
export function fitRow({ section, pill }: RowParts, anchor: Anchor, before: Box): boolean {
  section.style.cssText = "";
  const composer = anchor.composer.getBoundingClientRect();
  const row = section.getBoundingClientRect();
  const isSqueezed = composer.width < (before.right - before.left) * 0.95;
  const isPushedOut = composer.bottom > innerHeight + 1 && before.bottom <= innerHeight + 1;
  if (row.height > MAX_ROW_HEIGHT || row.width < MIN_ROW_WIDTH || isSqueezed || isPushedOut) return false;
  if (composer.width > 0 && Math.abs(composer.top - row.bottom) > MAX_DISTANCE) return false;
  if (composer.width > 0) align(section, row, anchor.composer);
  const taken = [composer, ...buttonBoxes(anchor)];
  return ROWS.some((classes) => {
    section.className = `qg widget row ${classes}`;
    const box = pill.getBoundingClientRect();
    return isInWindow(box) && !taken.some((each) => overlap(each, box));
  });
}

/** Ends the row where the composer's visible box ends: it may be centred in a wider column. */
function align(section: HTMLElement, row: DOMRect, composer: Element): void {
  const box = visibleBox(composer);
  const left = Math.max(GAP, box.left) - row.left;
  const right = row.right - Math.min(innerWidth - GAP, box.right);
  section.style.paddingLeft = `${Math.max(0, left)}px`;
  section.style.paddingRight = `${Math.max(0, right)}px`;
}

function isInWindow({ left, top, right, bottom }: Box): boolean {
  return left >= 0 && top >= 0 && right <= innerWidth + 1 && bottom <= innerHeight + 1;
}

/** The box of an element, without its padding where neither border nor background shows it. */
function visibleBox(element: Element): Pick<Box, "left" | "right"> {
  const { left, right } = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const isSeen = style.borderLeftWidth !== "0px" || style.backgroundColor !== "rgba(0, 0, 0, 0)";
  if (isSeen) return { left, right };
  return { left: left + parseFloat(style.paddingLeft), right: right - parseFloat(style.paddingRight) };
}
