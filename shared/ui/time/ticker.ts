/** One heartbeat a second for everything on a surface that counts time, and none when nothing does. */
import { signal } from "@preact/signals";

/** What a ticker needs of the page it runs on; a test gives its own. */
export interface TickerPage {
  /** Local epoch milliseconds. */
  now(): number;
  visible(): boolean;
  /** Calls back on each change of {@link TickerPage.visible}, until the returned function is called. */
  onVisibility(changed: () => void): () => void;
  /** Calls back once after `ms`, unless the returned function is called first. */
  after(ms: number, then: () => void): () => void;
}

/**
 * A clock for views: calling it reads the time, and whatever rendered with it renders again on each full second. Its
 * one timer runs only while somebody watches and the page is visible; on becoming visible it beats at once, so that no
 * old countdown is seen.
 *
 * @returns the present, in local epoch milliseconds.
 */
export function createTicker(page: TickerPage): () => number {
  let cancel = () => {};
  let unlisten = () => {};
  const beat = signal(0, { watched: start, unwatched: stop });

  function arm(): void {
    cancel();
    // To the next full second rather than 1,000 ms on: late timers would add up until a second is skipped.
    if (page.visible()) cancel = page.after(1000 - page.now() % 1000, tick);
  }
  function tick(): void {
    beat.value++;
    arm();
  }
  function start(): void {
    unlisten = page.onVisibility(() => page.visible() ? tick() : cancel());
    arm();
  }
  function stop(): void {
    cancel();
    unlisten();
  }

  return () => {
    void beat.value;
    return page.now();
  };
}
