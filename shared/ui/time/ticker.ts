/** Redraws a surface on each full second, because countdowns and ages change without a message from the service. */

/** The parts of a page that a ticker uses. */
export interface TickerPage {
  /** Local epoch milliseconds. */
  now(): number;
  visible(): boolean;
  /** Calls back on each change of {@link TickerPage.visible}, until the returned function is called. */
  onVisibility(changed: () => void): () => void;
  /** Calls back once after `ms`, unless the returned function is called first. */
  after(ms: number, then: () => void): () => void;
}

const BROWSER_PAGE: TickerPage = {
  now: () => Date.now(),
  visible: () => document.visibilityState === "visible",
  onVisibility(changed) {
    document.addEventListener("visibilitychange", changed);
    return () => document.removeEventListener("visibilitychange", changed);
  },
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

/** Both functions may be called at any time, and repeatedly. */
export interface Ticker {
  start(): void;
  stop(): void;
}

/**
 * Calls `tick` on each full second between `start` and `stop` while the page is visible, and immediately when the page
 * becomes visible again. A stopped ticker holds no timer and no listener; a hidden page holds no timer.
 */
export function createTicker(tick: () => void, page: TickerPage = BROWSER_PAGE): Ticker {
  let running = false;
  let cancel = () => {};
  let unlisten = () => {};

  function arm(): void {
    cancel();
    // To the next full second, not for 1,000 ms: the delays of late timers would add up until a second is skipped.
    if (page.visible()) cancel = page.after(1000 - page.now() % 1000, beat);
  }
  function beat(): void {
    arm();
    tick();
  }

  return {
    start() {
      if (running) return;
      running = true;
      unlisten = page.onVisibility(() => page.visible() ? beat() : cancel());
      arm();
    },
    stop() {
      running = false;
      cancel();
      unlisten();
    },
  };
}
