/**
 * The widget in a chat page: a pill that unfolds a panel. The panel's code loads when it is first opened, because most pages
 * only ever show the pill.
 */
import type { WidgetSite } from "../state/settings.ts";
import { createTicker } from "../../shared/ui/time/ticker.ts";
import type { NoticeMessage } from "../../shared/notice_message.ts";
import type { View } from "../../shared/view.ts";
import { languageAttributes, say, spoken } from "../../shared/words/say.ts";
import { makeDraggable } from "./drag.ts";
import { element } from "./elements.ts";
import type { OpenPanel, PanelFrame } from "./open_panel.tsx";
import type { PanelCommands } from "./WidgetPanel.tsx";
import { PanelPlacer } from "./panel_placer.ts";
import { createPill } from "./pill.ts";
import { Seat } from "./seat/seat.ts";
import { Toast } from "./toast.ts";

/** Keys pressed in the panel must not reach the chat page: many pages move the focus to their composer on any key. */
const KEY_EVENTS = ["keydown", "keyup", "keypress"];

/** What the widget asks of its extension. */
export interface WidgetCommands extends PanelCommands {
  /** The reader has moved, folded or hidden the widget. */
  onChange(change: Partial<WidgetSite>): void;
  /** Shows no notice until the limits reset. */
  onMute(): void;
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
  readonly #section = element("section", { class: "qg widget", "aria-label": say("OpenAI quota") });
  readonly #place = element("div", { class: "place", popover: "manual", ...languageAttributes() });
  readonly #pill = createPill();
  readonly #toast = new Toast(element("div", { class: "toast", popover: "manual", ...languageAttributes() }));
  readonly #ticker = createTicker(() => this.#draw());
  readonly #end = new AbortController();
  readonly #seat: Seat;
  readonly #toastPlacer: PanelPlacer;
  readonly #commands: WidgetCommands;
  #panel: OpenPanel | null = null;
  #view: View;
  #site: WidgetSite;

  constructor(root: ShadowRoot, { view, site, selector, commands }: WidgetOptions) {
    this.#view = view;
    this.#site = { ...site, open: false };
    this.#commands = commands;
    const { button, announcement } = this.#pill;
    const onMove = () => (this.#panel?.settle(), this.#toastPlacer?.place());
    this.#seat = new Seat(root.host, this.#section, button, { spot: site.spot, selector, onMove });
    const { popover } = this.#toast;
    this.#toastPlacer = new PanelPlacer(popover, button, root.host, () => this.#seat.anchor);
    this.#section.append(announcement, this.#place, popover, button);
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

  /**
   * Shows a notice as a toast, if it may be one. An open panel shows the same already.
   *
   * @returns whether the reader sees it.
   */
  notify(notice: NoticeMessage, toast: boolean): boolean {
    if (this.#site.open || !toast || this.#section.hidden) return this.#site.open;
    this.#toast.show(notice, {
      placer: this.#toastPlacer,
      onOpen: () => this.#toggle(true),
      onMute: () => this.#commands.onMute(),
      onFocusLost: () => this.#pill.button.focus(),
    });
    return this.#toast.popover.matches(":popover-open");
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
    this.#toast.hide();
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
    this.#toast.hide();
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
      spoken: spoken(),
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
