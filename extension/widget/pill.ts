/**
 * The widget folded. By hand rather than by Preact: every chat page pays for the first render, and a renderer's own first
 * run costs more than these ten nodes.
 */
import { effect, type ReadonlySignal } from "@preact/signals";
import type { View } from "../../shared/view.ts";
import { countdown } from "../../shared/format.ts";
import { describePill } from "./describe_pill.ts";
import { headlineOf } from "../../shared/ui/status/describe_status.ts";
import { now } from "../../shared/ui/time/now.ts";
import { SHAPES } from "../../shared/ui/status/shape_paths.ts";
import { waitUntil } from "../../shared/ui/time/time_text.ts";
import { toneOf } from "../../shared/ui/status/tone.ts";
import { drawn, element } from "./elements.ts";

/** On the square of 12 pixels that the style sheet gives it. */
const CHEVRON = "M2.5 7.5 6 4l3.5 3.5";

export interface MountedPill {
  /** Tells a screen reader of a change of status, and of nothing else. */
  announcement: HTMLElement;
  pill: HTMLButtonElement;
  unmount(): void;
}

/** Makes the pill, which follows `view` until it is unmounted; the caller puts it into a document. */
export function mountPill(view: ReadonlySignal<View>): MountedPill {
  const announcement = element("p", { class: "spoken", role: "status" });
  const pill = element("button", { class: "pill", type: "button", "aria-expanded": "false", "aria-controls": "panel" });
  const shape = drawn("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" });
  const paths = [drawn("path", { class: "body" }), drawn("path", { class: "sign" })];
  const share = element("b", { class: "number" });
  const word = element("span");
  const was = element("span", { class: "was number" });
  const wait = element("span", { class: "number" });
  const chevron = drawn("svg", { class: "chevron", "aria-hidden": "true" });
  shape.append(...paths);
  chevron.append(drawn("path", { d: CHEVRON }));
  pill.append(shape, share, word, was, wait, chevron);
  const unmount = effect(() => {
    const text = describePill(view.value);
    say(announcement, headlineOf(text.look));
    shape.setAttribute("class", `shape tone-${toneOf(text.look)}`);
    paths.forEach((path, at) => path.setAttribute("d", SHAPES[text.look][at]));
    say(share, text.now);
    say(word, text.word);
    say(was, text.was);
    say(wait, waitText(text.until, view.value.clock_offset_ms));
  });
  return { announcement, pill, unmount };
}

/** Where there is something to wait for it reads the clock, so that whoever runs this runs again each second. */
function waitText(until: string | null, offset_ms: number): string {
  const wait = until ? waitUntil(until, offset_ms, now()) : 0;
  return wait > 0 ? countdown(wait) : "";
}

/** Touches the page only where something has changed. */
function say(at: HTMLElement, text: string): void {
  if (at.textContent !== text) at.textContent = text;
}
