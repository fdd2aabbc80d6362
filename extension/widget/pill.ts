/**
 * The folded widget. It is made without Preact: every chat page pays for the pill, and Preact's first render costs more
 * than these ten nodes.
 */
import type { View } from "../../shared/view.ts";
import { languageAttributes } from "../../shared/words/say.ts";
import { SHAPES } from "../../shared/ui/status/shape_paths.ts";
import { describePill } from "./describe_pill.ts";
import { element, svgElement } from "./elements.ts";

/** On the square of 12 pixels that the style sheet gives it. */
const CHEVRON = "M2.5 7.5 6 4l3.5 3.5";

interface Pill {
  /** Announces a change of status to screen readers, and nothing else. */
  announcement: HTMLElement;
  button: HTMLButtonElement;
  /**
   * Shows a view as of `now`, in local epoch milliseconds; as a `dot`, its shape alone with the text for screen readers.
   *
   * @returns whether a countdown is shown: then call it again each second.
   */
  update(view: View, now: number, dot: boolean): boolean;
}

/** Makes the pill; the caller puts both elements into a document. */
export function createPill(): Pill {
  const announcement = element("p", { class: "spoken", role: "status" });
  const button = element("button", {
    class: "pill",
    type: "button",
    "aria-expanded": "false",
    "aria-controls": "panel",
    "aria-keyshortcuts": "Shift+ArrowUp Shift+ArrowDown Shift+ArrowLeft Shift+ArrowRight",
    ...languageAttributes(),
  });
  const shape = svgElement("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" });
  const paths = [svgElement("path", { class: "body" }), svgElement("path", { class: "sign" })];
  const share = element("b", { class: "number" });
  const word = element("span");
  const was = element("span", { class: "was number" });
  const wait = element("span", { class: "number" });
  const chevron = svgElement("svg", { class: "chevron", "aria-hidden": "true" });
  shape.append(...paths);
  chevron.append(svgElement("path", { d: CHEVRON }));
  button.append(shape, share, word, was, wait, chevron);

  function update(view: View, now: number, dot: boolean): boolean {
    const text = describePill(view, now);
    button.classList.toggle("folded", dot);
    setText(announcement, text.label);
    shape.setAttribute("class", `shape tone-${text.tone}`);
    paths.forEach((path, at) => path.setAttribute("d", SHAPES[text.state][at]));
    setText(share, text.now);
    setText(word, text.word);
    setText(was, text.was);
    setText(wait, text.wait);
    return text.counts;
  }
  return { announcement, button, update };
}

/** Changes the page only where the text differs: a live region may announce a text that is set again. */
function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
