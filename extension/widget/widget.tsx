/**
 * The panel in a chat page: a pill that unfolds. It keeps to its corner, and what it is told stays in memory. Preact does
 * not run before the pill is clicked for the first time: most pages only ever show the pill.
 */
import { render } from "preact";
import { element } from "./elements.ts";
import { Panel, type PanelProps } from "./Panel.tsx";
import { mountPill } from "./pill.ts";

/** Keys pressed in the panel are not the chat page's: many pages move the focus to their composer on any key. */
const KEY_EVENTS = ["keydown", "keyup", "keypress"];

/**
 * Draws the widget into `root`.
 *
 * @returns what takes it away again, with everything that it listens to.
 */
export function mountWidget(root: ParentNode, props: PanelProps): () => void {
  const section = element("section", { class: "qg widget", "aria-label": "OpenAI quota" });
  const panel = element("div", { class: "place" });
  const { announcement, pill, unmount } = mountPill(props.view);
  let isOpen = false;
  const fold = (open: boolean) => {
    isOpen = open;
    pill.ariaExpanded = `${open}`;
    render(open ? <Panel {...props} /> : null, panel);
  };
  pill.addEventListener("click", () => fold(!isOpen));
  for (const type of KEY_EVENTS) section.addEventListener(type, (event) => event.stopPropagation());
  section.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && isOpen) fold(false), pill.focus();
  });
  section.append(announcement, panel, pill);
  root.append(section);
  return () => {
    unmount();
    render(null, panel);
    section.remove();
  };
}
