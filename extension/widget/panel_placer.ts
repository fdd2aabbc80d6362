/**
 * Places the open panel near the pill. It is a popover, because an ancestor of the pill may cut off or move what overflows it.
 * A popover would cover the page's dialogs too, so it is put away while a modal one is open.
 */
import type { Anchor } from "./seat/anchor.ts";
import { placePanel } from "./seat/panel_place.ts";
import { hasModal, obstacles } from "./seat/obstacles.ts";

/** Changes by which a page shows, hides or moves dialogs and buttons. */
const CHANGES = ["open", "role", "aria-modal", "hidden", "class", "style"];

export class PanelPlacer {
  readonly #changes = new MutationObserver(() => this.#soon());
  readonly #sizes = new ResizeObserver(() => this.#soon());
  #end: AbortController | null = null;
  #frame = 0;

  constructor(
    readonly popover: HTMLElement,
    readonly pill: HTMLElement,
    readonly host: Element,
    readonly anchor: () => Anchor | null,
  ) {}

  show(): void {
    this.hide();
    this.#end = new AbortController();
    const options = { signal: this.#end.signal, passive: true, capture: true };
    addEventListener("scroll", () => this.#soon(), options);
    this.#changes.observe(document.documentElement, { subtree: true, childList: true, attributeFilter: CHANGES });
    this.#sizes.observe(this.popover);
    this.place();
  }

  hide(): void {
    this.#end?.abort();
    this.#end = null;
    this.#changes.disconnect();
    this.#sizes.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#toggle(false);
  }

  /** Finds the place again, if the panel is open. */
  place(): void {
    if (!this.#end) return;
    this.#toggle(this.host.isConnected && !hasModal());
    if (!this.#isOpen) return;
    this.popover.style.maxHeight = "";
    const { width, height } = this.popover.getBoundingClientRect();
    const pill = this.pill.getBoundingClientRect();
    const view = { width: document.documentElement.clientWidth, height: innerHeight };
    const place = placePanel(pill, { width, height }, view, [pill, ...obstacles(this.anchor())]);
    if (!place) return this.#toggle(false);
    this.popover.style.cssText = `left: ${place.left}px; top: ${place.top}px; max-height: ${place.height}px`;
  }

  get #isOpen(): boolean {
    return this.popover.matches(":popover-open");
  }

  #toggle(open: boolean): void {
    if (this.popover.isConnected && open !== this.#isOpen) this.popover.togglePopover(open);
  }

  #soon(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.place();
    });
  }
}
