/** Floats the widget in a corner of the window, clear of everything that a person clicks or types in. */
import type { Anchor } from "./anchor.ts";
import { type Corner, placePill } from "./geometry.ts";
import { controlsBelow, hasModal, obstacles } from "./obstacles.ts";

/** Each turn may find further controls below the place that was found before. */
const MAX_TURNS = 4;

interface FloatingParts {
  host: Element;
  section: HTMLElement;
  pill: HTMLElement;
}

/** Puts the section near a corner. */
export function placeFloating({ host, section, pill }: FloatingParts, corner: Corner, anchor: Anchor | null): void {
  // A modal dialog covers the widget; its controls are no reason to move.
  if (hasModal() && section.style.top) return;
  const { width, height } = pill.getBoundingClientRect();
  const view = { width: document.documentElement.clientWidth, height: innerHeight };
  const clear = obstacles(anchor);
  let place = placePill({ width, height }, corner, view, clear);
  for (let turn = 0; place && turn < MAX_TURNS; turn++) {
    const { left, top } = place;
    const below = controlsBelow({ left, top, right: left + width, bottom: top + height }, host);
    if (below.length === 0) break;
    clear.push(...below);
    place = placePill({ width, height }, corner, view, clear) ?? place;
  }
  const { left, top } = place ?? { left: view.width - width, top: 0 };
  section.style.cssText = `left: ${left}px; top: ${top}px; z-index: ${levelOf(anchor?.composer)}`;
}

/** The level on which the page shows the composer: the widget, later in the document, is just above it and below dialogs. */
function levelOf(element: Element | null | undefined): number {
  let level = 0;
  for (let each = element; each; each = each.parentElement) {
    const { zIndex } = getComputedStyle(each);
    if (zIndex !== "auto") level = Number(zIndex);
  }
  return Math.max(0, level);
}
