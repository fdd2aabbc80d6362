/**
 * The widget in a chat page: a pill that unfolds a panel. Preact does not run before the first click on the pill, because
 * most pages only ever show the pill.
 */
import { render } from "preact";
import { createTicker } from "../../shared/ui/time/ticker.ts";
import type { View } from "../../shared/view.ts";
import { element } from "./elements.ts";
import { Panel, type PanelCommands } from "./Panel.tsx";
import { createPill } from "./pill.ts";

/** Keys pressed in the panel must not reach the chat page: many pages move the focus to their composer on any key. */
const KEY_EVENTS = ["keydown", "keyup", "keypress"];

export interface Widget {
  /** Shows a newer view. */
  update(view: View): void;
  /** Takes the widget out of the page and ends its listeners and timers. */
  unmount(): void;
}

/** Draws the widget into `root`, folded. */
export function mountWidget(root: ParentNode, first: View, commands: PanelCommands): Widget {
  const section = element("section", { class: "qg widget", "aria-label": "OpenAI quota" });
  const panel = element("div", { class: "place" });
  const pill = createPill();
  const ticker = createTicker(draw);
  let view = first;
  let isOpen = false;

  function draw(): void {
    const now = Date.now();
    const isCounting = pill.update(view, now);
    if (isOpen) render(<Panel view={view} now={now} {...commands} />, panel);
    if (isOpen || isCounting) ticker.start();
    else ticker.stop();
  }
  function setOpen(open: boolean): void {
    isOpen = open;
    pill.button.ariaExpanded = `${open}`;
    if (!open) render(null, panel);
    draw();
  }

  pill.button.addEventListener("click", () => setOpen(!isOpen));
  for (const type of KEY_EVENTS) section.addEventListener(type, (event) => event.stopPropagation());
  section.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && isOpen) setOpen(false), pill.button.focus();
  });
  section.append(pill.announcement, panel, pill.button);
  draw();
  root.append(section);
  return {
    update: (next) => (view = next, draw()),
    unmount() {
      ticker.stop();
      render(null, panel);
      section.remove();
    },
  };
}
