/** Tells when the page has changed in a way that may move the widget. It uses no timer, and nothing runs while the page is hidden. */

interface Hooks {
  /** Whether these changes leave the widget where it was put. Asked on every change of the page, so it must be quick. */
  isSettled(changes: MutationRecord[]): boolean;
  /** The widget's place must be found again. Called before the next frame. */
  settle(): void;
  /** The page may have changed its theme. Called before the next frame. */
  restyle(): void;
  /** A style sheet of the page has arrived: everything may be elsewhere. */
  styled(): void;
}

/** Watches a page until {@link PageWatch.stop}. */
export class PageWatch {
  readonly #hooks: Hooks;
  readonly #end = new AbortController();
  readonly #nodes = new MutationObserver((changes) => this.#hooks.isSettled(changes) || this.soon());
  readonly #theme = new MutationObserver(() => this.#restyleSoon());
  readonly #sizes = new ResizeObserver((entries) => this.#compare(entries));
  readonly #known = new WeakMap<Element, string>();
  #watched: Element[] = [];
  #frame = 0;
  #restyle = 0;

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
  }

  start(): void {
    const { signal } = this.#end;
    document.addEventListener("visibilitychange", () => this.#follow(), { signal });
    // The event of a style sheet does not bubble.
    document.addEventListener(
      "load",
      ({ target }) => (target as Element).localName === "link" && this.#hooks.styled(),
      {
        signal,
        capture: true,
        passive: true,
      },
    );
    addEventListener("resize", () => this.soon(), { signal, passive: true });
    document.addEventListener("transitionend", ({ propertyName, target }) => {
      if (propertyName === "background-color" && this.#watched.some((each) => (target as Node).contains?.(each))) {
        this.#restyleSoon();
      }
    }, { signal, passive: true });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#restyleSoon(), { signal });
    this.#follow();
  }

  /** Also follows the sizes of these elements, instead of those of the last call. */
  watchSizes(elements: Element[]): void {
    if (elements.length === this.#watched.length && elements.every((each, at) => each === this.#watched[at])) return;
    this.#watched = elements;
    this.#sizes.disconnect();
    // An observer's first report comes later: a style sheet may have arrived before it.
    for (const element of elements) this.#known.set(element, sizeOf(element.getBoundingClientRect()));
    if (document.visibilityState === "visible") { for (const element of elements) this.#sizes.observe(element); }
  }

  /** Finds the widget's place again before the next frame. */
  soon(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#hooks.settle();
    });
  }

  stop(): void {
    this.#end.abort();
    this.#disconnect();
  }

  /** An observer reports each element once when it begins, which may be no change. */
  #compare(entries: ResizeObserverEntry[]): void {
    for (const { target, borderBoxSize: [{ inlineSize, blockSize }] } of entries) {
      const known = this.#known.get(target);
      const size = sizeOf({ width: inlineSize, height: blockSize });
      this.#known.set(target, size);
      if (known && known !== size) this.soon();
    }
  }

  #restyleSoon(): void {
    this.#restyle ||= requestAnimationFrame(() => {
      this.#restyle = 0;
      this.#hooks.restyle();
    });
  }

  #follow(): void {
    this.#disconnect();
    if (document.visibilityState !== "visible" || this.#end.signal.aborted) return;
    this.#nodes.observe(document.documentElement, { childList: true, subtree: true });
    for (const root of [document.documentElement, document.body]) this.#theme.observe(root, { attributes: true });
    for (const element of this.#watched) this.#sizes.observe(element);
  }

  #disconnect(): void {
    for (const observer of [this.#nodes, this.#theme, this.#sizes]) observer.disconnect();
    cancelAnimationFrame(this.#frame);
    cancelAnimationFrame(this.#restyle);
    this.#frame = this.#restyle = 0;
  }
}

/** In whole pixels, as the two ways of measuring differ in fractions of one. */
function sizeOf({ width, height }: { width: number; height: number }): string {
  return `${Math.round(width)} ${Math.round(height)}`;
}
