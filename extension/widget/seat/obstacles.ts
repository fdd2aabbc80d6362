/** The boxes of the page that the widget must not cover. */
import { type Anchor, isShown } from "./anchor.ts";
import { type Box, overlap } from "./geometry.ts";

const BUTTON_MARKUP = "button, a, [role='button'], [tabindex]";

/** Buttons that send, in applications without an adapter and in newer versions of known ones. */
const SENDS = ["send", "submit"].flatMap((word) => [`[aria-label*='${word}' i]`, `[data-testid*='${word}' i]`])
  .map((label) => `:is(${BUTTON_MARKUP})${label}`).join(", ");

/** Elements that jump to the newest message when they are clicked. */
const JUMPS = [
  ...["bottom", "latest", "newest", "recent", "unread"].flatMap((word) =>
    ["aria-label", "title"].map((name) => `[${name}*='${word}' i]`)
  ),
  ...["scroll-to-bottom", "scroll-down", "jump-to", "jumptobottom", "back-bottom"].map(inClass),
  ...["new-msgs", "new-messages", "newmessages", "unread-messages", "unreadmessages"].map(inClass),
].join(", ");

const DIALOGS = "dialog[open], [role='dialog'], [role='alertdialog'], [aria-modal='true']";
const MODALS = "[aria-modal='true'], dialog[open]";

/** A box that fills this share of the window is a layer behind a dialog, or the application itself. */
const LAYER_SHARE = 0.7;

/** The boxes of composer, buttons and dialogs that are shown. */
export function obstacles(anchor: Anchor | null): Box[] {
  const found = anchor ? [anchor.composer, ...all(anchor.buttons)] : [];
  return boxesOf([...found, ...knownButtons(), ...all(DIALOGS)]).filter((box) => !isLayer(box));
}

/** The boxes of the buttons alone. */
export function buttonBoxes(anchor: Anchor | null): Box[] {
  return boxesOf([...all(anchor?.buttons ?? ""), ...knownButtons()]).filter((box) => !isLayer(box));
}

/** Whether a modal dialog of the page is shown: the widget stays behind it. */
export function hasModal(): boolean {
  return all(MODALS).some((modal) => isShown(modal) && (modal.tagName !== "DIALOG" || modal.matches(":modal")));
}

/** Controls of the page that a pill in a box would cover. */
const CONTROLS =
  "button, a[href], input, select, textarea, summary, [role='button'], [role='textbox'], [contenteditable='true']";

/** The boxes of the controls below a box, found at points all over it. */
export function controlsBelow(box: Box, host: Element): Box[] {
  const controls = new Set<Element>();
  for (const x of [box.left + 1, (box.left + box.right) / 2, box.right - 1]) {
    for (const y of [box.top + 1, (box.top + box.bottom) / 2, box.bottom - 1]) {
      for (const element of document.elementsFromPoint(x, y)) {
        const control = element !== host && element.closest(CONTROLS);
        if (control) controls.add(control);
      }
    }
  }
  return boxesOf([...controls]).filter((each) => !isLayer(each) && overlap(each, box));
}

function knownButtons(): Element[] {
  return [...all(SENDS), ...all(JUMPS).filter(isClickable)];
}

/** Some applications use a clickable `div`: only its cursor distinguishes it from text. */
function isClickable(element: Element): boolean {
  return element.matches(BUTTON_MARKUP) || getComputedStyle(element).cursor === "pointer";
}

function inClass(word: string): string {
  return `[class*='${word}' i]`;
}

function all(selector: string): Element[] {
  return selector ? [...document.querySelectorAll(selector)] : [];
}

function boxesOf(elements: Element[]): Box[] {
  return elements.filter(isShown).map((element) => element.getBoundingClientRect());
}

function isLayer({ left, top, right, bottom }: Box): boolean {
  return (right - left) * (bottom - top) > LAYER_SHARE * innerWidth * innerHeight;
}
