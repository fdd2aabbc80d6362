/** Finds the element of the page next to which the widget sits. */
import type { Adapter } from "../adapters/adapter.ts";
import { ADAPTERS } from "../adapters/index.ts";

export interface Anchor {
  /** Name of the application, `selector` for the reader's own choice, `composer` for a page that no adapter knows. */
  name: string;
  element: Element;
  side: Adapter["side"];
  /** What the widget must never cover: the composer's box. */
  composer: Element;
  /** Selectors of the buttons that it must not cover either. */
  buttons: string;
}

/** The part of a document that is read. */
type Page = Pick<Document, "querySelector" | "querySelectorAll">;

/**
 * Finds the anchor: the reader's own selector, the adapter of the page's address, the first adapter whose field the page has,
 * then the widest message field.
 *
 * @param address host and path of the page.
 * @param selector the reader's own; invalid ones are ignored.
 */
export function findAnchor(page: Page, address: string, selector = ""): Anchor | null {
  const own = selector && select(page, selector);
  if (own) return { name: "selector", element: own, side: "beforebegin", composer: own, buttons: "" };
  const named = ADAPTERS.filter((adapter) => adapter.address?.test(address));
  for (const adapter of named.length > 0 ? named : ADAPTERS) {
    const anchor = anchorOf(page, adapter);
    if (anchor) return anchor;
  }
  return widestComposer(page);
}

function anchorOf(page: Page, { name, field, anchor, side, buttons }: Adapter): Anchor | null {
  const found = first(field, (selector) => shown(page, selector));
  const element = found && first(anchor, (each) => found.closest(each) ?? page.querySelector(each));
  if (!element) return null;
  return { name, element, side, composer: composerOf(found, element, side), buttons };
}

/** The box with the field and its buttons: the anchor, the child of it that contains the field, or the field's form. */
function composerOf(field: Element, anchor: Element, side: Adapter["side"]): Element {
  if (!anchor.contains(field)) return field.closest("form") ?? field;
  if (side === "beforebegin") return anchor;
  return [...anchor.children].find((child) => child.contains(field)) ?? field;
}

function first<From, To>(each: readonly From[], find: (from: From) => To | null): To | null {
  for (const from of each) {
    const found = find(from);
    if (found) return found;
  }
  return null;
}

/** A field that is hidden belongs to another view of the application. A closed composer has no box either, but is kept. */
function shown(page: Page, selector: string): Element | null {
  const found = [...page.querySelectorAll(selector)];
  return found.find(isShown) ?? found[0] ?? null;
}

function select(page: Page, selector: string): Element | null {
  try {
    return page.querySelector(selector);
  } catch {
    return null; // Not a selector.
  }
}

/** Elements in which messages may be typed. */
export const FIELDS =
  "textarea, [contenteditable='true'], [contenteditable=''], [role='textbox'], form input:is([type='text'], :not([type]))";

/** A message field is at least this wide; a search field seldom is. */
const MIN_WIDTH = 160;

/** The widest field in the lower half of the window, with its form or else with the boxes that only it fills. */
function widestComposer(page: Page): Anchor | null {
  let widest: Element | null = null;
  for (const field of page.querySelectorAll(FIELDS)) {
    const { width, top, bottom } = field.getBoundingClientRect();
    const low = bottom > innerHeight / 2 && top < innerHeight;
    if (low && width >= MIN_WIDTH && (!widest || width > widest.getBoundingClientRect().width)) widest = field;
  }
  if (!widest) return null;
  const element = widest.closest("form") ?? boxOf(widest);
  return { name: "composer", element, side: "beforebegin", composer: element, buttons: "" };
}

/** The outermost ancestor that is not much higher than the field: it contains the field and its buttons. */
function boxOf(field: Element): Element {
  const height = field.getBoundingClientRect().height + 96;
  let box = field;
  while (box.parentElement && box.parentElement.getBoundingClientRect().height <= height) box = box.parentElement;
  return box.tagName === "BODY" ? field : box;
}

/** Whether an element has a box. */
export function isShown(element: Element): boolean {
  const { width, height } = element.getBoundingClientRect();
  return width > 0 && height > 0;
}
