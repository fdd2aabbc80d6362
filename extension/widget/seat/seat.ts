/** Where the widget sits: in a row of the page's flow, or floating in a corner. Follows the page when it changes. */
import type { Spot } from "../../state/settings.ts";
import { isReplaced } from "../host.ts";
import { type Anchor, FIELDS, findAnchor, isShown } from "./anchor.ts";
import { placeFloating } from "./floating.ts";
import type { Corner } from "./geometry.ts";
import { fitRow } from "./row.ts";
import { themeBehind } from "./theme.ts";
import { PageWatch } from "./watch.ts";

/** If a page removes the widget more often than this in a minute, it no longer sits in its flow, and then leaves. */
const MAX_RETURNS = 10;
const RETURNS_WITHIN_MS = 60_000;

interface SeatOptions {
  spot: Spot;
  /** The reader's own selector of the element above which the widget sits. */
  selector?: string;
  /** The widget has moved, or the boxes around it have. */
  onMove(): void;
}

export class Seat {
  readonly #watch: PageWatch;
  readonly #end = new AbortController();
  #spot: Spot;
  #anchor: Anchor | null = null;
  #placed = false;
  /** Anchors whose row did not fit into a window of this width. */
  #unfit = new WeakSet<Element>();
  #width = 0;
  #removals: number[] = [];

  /** @param host the widget's element, whose shadow root contains `section` with the pill. */
  constructor(
    readonly host: Element,
    readonly section: HTMLElement,
    readonly pill: HTMLElement,
    readonly options: SeatOptions,
  ) {
    this.#spot = options.spot;
    this.#watch = new PageWatch({
      isSettled: (changes) => this.#isSettled(changes),
      settle: () => this.settle(),
      restyle: () => this.#restyle(),
      styled: () => {
        this.#unfit = new WeakSet();
        this.#watch.soon();
      },
    });
  }

  get anchor(): Anchor | null {
    return this.#anchor;
  }

  /** The corner of the widget, or the one that stands for its row. */
  get corner(): Corner {
    if (this.#spot !== "page") return this.#spot;
    const { direction } = getComputedStyle(this.#anchor?.element ?? document.body);
    return direction === "rtl" ? "bottom-left" : "bottom-right";
  }

  /** Takes a place in the page when it has loaded: a page that is still being hydrated would not expect another element. */
  start(): void {
    const begin = () => (this.settle(), this.#watch.start());
    if (document.readyState === "complete") begin();
    else addEventListener("load", begin, { once: true, signal: this.#end.signal });
  }

  stop(): void {
    this.#end.abort();
    this.#watch.stop();
    this.host.remove();
  }

  move(spot: Spot): void {
    this.#spot = spot;
    this.#unfit = new WeakSet();
    this.settle();
  }

  /** Finds the widget's place. */
  settle(): void {
    if (this.#placed && !this.host.isConnected && (isReplaced(this.host) || !this.#mayReturn())) {
      return this.#watch.stop();
    }
    this.#placed = true;
    if (this.#width !== innerWidth) this.#unfit = new WeakSet();
    this.#width = innerWidth;
    this.#anchor = findAnchor(document, location.host + location.pathname, this.options.selector);
    if (!this.#sitInFlow()) this.#float();
    this.#watch.watchSizes([this.section, this.pill, ...(this.#anchor ? [this.#anchor.composer] : [])]);
    this.#restyle();
    this.options.onMove();
  }

  #isSettled(changes: MutationRecord[]): boolean {
    const { host } = this;
    const anchor = this.#anchor;
    if (!host.isConnected || anchor && !(anchor.element.isConnected && anchor.composer.isConnected)) return false;
    if (anchor && !this.#isFloating && !isAt(host, anchor)) return false;
    return !changes.some(({ addedNodes }) => [...addedNodes].some(hasField));
  }

  get #isFloating(): boolean {
    return this.host.parentNode === document.documentElement;
  }

  /** Counts one removal by the page. */
  #mayReturn(): boolean {
    const now = Date.now();
    this.#removals = [...this.#removals.filter((at) => now - at < RETURNS_WITHIN_MS), now];
    return this.#removals.length <= MAX_RETURNS;
  }

  #sitInFlow(): boolean {
    const anchor = this.#anchor;
    if (this.#spot !== "page" || !anchor || !isShown(anchor.composer) && !isShown(anchor.element)) return false;
    if (this.#unfit.has(anchor.element) || this.#removals.length > MAX_RETURNS / 2) return false;
    const before = anchor.composer.getBoundingClientRect();
    if (!isAt(this.host, anchor)) anchor.element.insertAdjacentElement(anchor.side, this.host);
    this.#show("row");
    if (fitRow(this, anchor, before)) return true;
    this.#unfit.add(anchor.element);
    return false;
  }

  #float(): void {
    if (!this.#isFloating) document.documentElement.append(this.host);
    this.#show("floating");
    placeFloating(this, this.corner, this.#anchor);
  }

  #show(mode: "row" | "floating"): void {
    if (!this.section.classList.contains(mode)) this.section.className = `qg widget ${mode}`;
  }

  #restyle(): void {
    const behind = this.#isFloating ? this.#anchor?.element.parentElement ?? document.body : this.host.parentElement;
    this.section.style.colorScheme = themeBehind(behind);
  }
}

function isAt(host: Element, { element, side }: Anchor): boolean {
  return side === "beforebegin" ? element.previousElementSibling === host : element.firstElementChild === host;
}

function hasField(node: Node): boolean {
  return node instanceof Element && (node.matches(FIELDS) || node.querySelector(FIELDS) !== null);
}
