/** A notice in the chat page: near the pill for a while, then gone. It takes no focus, and no key from the page. */
import type { NoticeMessage } from "../../shared/notice_message.ts";
import { SHAPES } from "../../shared/ui/status/shape_paths.ts";
import { say } from "../../shared/words/say.ts";
import { toneOf } from "../../shared/ui/status/tone.ts";
import { element, svgElement } from "./elements.ts";

/** How long a toast is shown. The time starts again when the pointer or the focus leaves it. */
const TOAST_MS = 12_000;

const CROSS = "M3 3l6 6M9 3l-6 6";

interface ToastHooks {
  /** Shows and hides the popover at its place. */
  placer: { show(): void; hide(): void };
  /** The reader wants to see the numbers. */
  onOpen(): void;
  onMute(): void;
  /** The toast went away while it had the focus. */
  onFocusLost(): void;
}

/** Screen readers hear of a change of level by the pill's live region, and find the toast as a group. */
export class Toast {
  #hooks: ToastHooks | null = null;
  #end: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param popover an empty element, hidden until a toast shows. */
  constructor(readonly popover: HTMLElement) {
    popover.setAttribute("role", "group");
  }

  show(notice: NoticeMessage, hooks: ToastHooks): void {
    this.hide();
    this.#hooks = hooks;
    this.popover.replaceChildren(...this.#content(notice));
    this.popover.ariaLabel = notice.headline;
    this.#listen();
    hooks.placer.show();
  }

  hide(): void {
    const hooks = this.#hooks;
    if (!hooks) return;
    this.#hooks = null;
    this.#end?.abort();
    clearTimeout(this.#timer);
    const hadFocus = this.popover.matches(":focus-within");
    hooks.placer.hide();
    this.popover.replaceChildren();
    if (hadFocus) hooks.onFocusLost();
  }

  #listen(): void {
    this.#end = new AbortController();
    const options = { signal: this.#end.signal, passive: true, capture: true };
    const stay = () => clearTimeout(this.#timer);
    const leave = () => this.#hideLater();
    for (const type of ["pointerenter", "focusin"]) this.popover.addEventListener(type, stay, options);
    for (const type of ["pointerleave", "focusout"]) this.popover.addEventListener(type, leave, options);
    // The page gets the key as well.
    document.addEventListener("keydown", ({ isTrusted, key }) => isTrusted && key === "Escape" && this.hide(), options);
    this.#hideLater();
  }

  #hideLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), TOAST_MS);
  }

  #content({ state, headline, detail, link, mute }: NoticeMessage): Element[] {
    const words = element("div", { class: "words" });
    const actions = element("div", { class: "buttons" });
    actions.append(button(say("Show quota"), "button", () => this.#after((hooks) => hooks.onOpen())));
    if (mute) actions.append(button(mute, "button quiet", () => this.#after((hooks) => hooks.onMute())));
    if (link) actions.append(linkTo(link));
    words.append(paragraph("headline", headline), paragraph("detail", detail), actions);
    const close = button("", "close", () => this.hide());
    close.ariaLabel = say("Dismiss");
    close.append(cross());
    return [shapeOf(state), words, close];
  }

  /** Hides the toast, then runs an action of the reader. */
  #after(action: (hooks: ToastHooks) => void): void {
    const hooks = this.#hooks;
    this.hide();
    if (hooks) action(hooks);
  }
}

function button(text: string, name: string, onClick: () => void): HTMLButtonElement {
  const made = element("button", { type: "button", class: name });
  made.textContent = text;
  made.addEventListener("click", onClick);
  return made;
}

function linkTo({ href, label }: NonNullable<NoticeMessage["link"]>): HTMLElement {
  const link = element("a", { href, target: "_blank", rel: "noreferrer" });
  link.textContent = label;
  return link;
}

function paragraph(name: string, text: string): HTMLElement {
  const made = element("p", { class: name });
  made.textContent = text;
  return made;
}

function shapeOf(state: NoticeMessage["state"]): Element {
  const shape = svgElement("svg", {
    viewBox: "0 0 20 20",
    "aria-hidden": "true",
    class: `shape tone-${toneOf(state)}`,
  });
  const [body, sign] = SHAPES[state];
  shape.append(svgElement("path", { class: "body", d: body }), svgElement("path", { class: "sign", d: sign }));
  return shape;
}

function cross(): Element {
  const svg = svgElement("svg", { viewBox: "0 0 12 12", "aria-hidden": "true" });
  svg.append(svgElement("path", { d: CROSS }));
  return svg;
}
