/**
 * The widget in a chat page: a pill that unfolds a panel. The panel's code loads when it is first opened, because most pages
 * only ever show the pill.
 */
import type { WidgetSite } from "../state/settings.ts";
import { createTicker } from "../../shared/ui/time/ticker.ts";
import type { View } from "../../shared/view.ts";
import { makeDraggable } from "./drag.ts";
import { element } from "./elements.ts";
import type { OpenPanel, PanelFrame } from "./open_panel.tsx";
import type { PanelCommands } from "./Panel.tsx";
import { createPill } from "./pill.ts";
import { Seat } from "./seat/seat.ts";

/** Keys pressed in the panel must not reach the chat page: many pages move the focus to their composer on any key. */
const KEY_EVENTS = ["keydown", "keyup", "keypress"];

/** What the widget asks of its extension. */
export interface WidgetCommands extends PanelCommands {
  /** The reader has moved, folded or hidden the widget. */
  onChange(change: Partial<WidgetSite>): void;
  /** Loads the panel's code. Null when the extension has gone. */
  loadPanel(): Promise<((frame: PanelFrame) => OpenPanel) | null>;
}

interface WidgetOptions {
  view: View;
  site: WidgetSite;
  /** The reader's own selector of the element above which the widget sits. */
  selector?: string;
  commands: WidgetCommands;
}

/** Draws the widget into a shadow root and puts the root's host into the page. */
export class Widget {
  readonly #section = element("section", { class: "qg widget", "aria-label": "OpenAI quota" });
  readonly #place = element("div", { class: "place", popover: "manual", dir: "ltr" });
  readonly #pill = createPill();
  readonly #ticker = createTicker(() => this.#draw());
  readonly #end = new AbortController();
  readonly #seat: Seat;
  readonly #commands: WidgetCommands;
  #panel: OpenPanel | null = null;
  #view: View;
  #site: WidgetSite;

  constructor(root: ShadowRoot, { view, site, selector, commands }: WidgetOptions) {
    this.#view = view;
    this.#site = { ...site, open: false };
    this.#commands = commands;
    const { button, announcement } = this.#pill;
    const onMove = () => this.#panel?.settle();
    this.#seat = new Seat(root.host, this.#section, button, { spot: site.spot, selector, onMove });
    this.#section.append(announcement, this.#place, button);
    root.append(this.#section);
    this.#listen();
    this.#draw();
    this.#seat.start();
    if (site.open) void this.#setOpen(true);
  }

  /** Shows a newer view. */
  update(view: View): void {
    this.#view = view;
    this.#draw();
  }

  /** Follows the reader's choices, also those made in another tab. */
  apply(site: WidgetSite): void {
    const { spot } = this.#site;
    this.#site = { ...site, open: this.#site.open };
    this.#draw();
    if (site.spot !== spot) this.#seat.move(site.spot);
  }

  /** Takes the widget out of the page and ends its listeners and timers. */
  unmount(): void {
    this.#end.abort();
    this.#close();
    this.#ticker.stop();
    this.#seat.stop();
  }

  #listen(): void {
    const { signal } = this.#end;
    const { button } = this.#pill;
    makeDraggable(button, { corner: () => this.#seat.corner, onMove: (spot) => this.#change({ spot }) }, signal);
    button.addEventListener("click", () => this.#toggle(!this.#site.open), { signal });
    for (const type of KEY_EVENTS) this.#section.addEventListener(type, (event) => event.stopPropagation(), { signal });
    document.addEventListener("fullscreenchange", () => this.#draw(), { signal });
    this.#section.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && this.#site.open) this.#toggle(false), button.focus();
    }, { signal });
  }

  #draw(): void {
    const now = Date.now();
    const isCounting = this.#pill.update(this.#view, now, this.#site.dot);
    this.#section.hidden = document.fullscreenElement !== null;
    this.#panel?.draw(this.#view, this.#site, now);
    if (this.#panel || isCounting) this.#ticker.start();
    else this.#ticker.stop();
  }

  /** The reader has opened or folded the panel. */
  #toggle(open: boolean): void {
    void this.#setOpen(open);
    this.#commands.onChange({ open });
  }

  async #setOpen(open: boolean): Promise<void> {
    this.#site.open = open;
    this.#pill.button.ariaExpanded = `${open}`;
    if (!open) return this.#close();
    const openPanel = await this.#commands.loadPanel();
    // It may have been folded again, or opened twice, while its code loaded.
    if (!openPanel || !this.#site.open || this.#panel || this.#end.signal.aborted) return;
    this.#panel = openPanel({
      place: this.#place,
      pill: this.#pill.button,
      host: this.#seat.host,
      anchor: () => this.#seat.anchor,
      commands: this.#commands,
      onChange: (change) => this.#change(change),
      onFold: () => this.#toggle(false),
    });
    this.#draw();
  }

  #close(): void {
    this.#panel?.close();
    this.#panel = null;
    this.#draw();
  }

  #change(change: Partial<WidgetSite>): void {
    this.apply({ ...this.#site, ...change });
    this.#commands.onChange(change);
  }
}
