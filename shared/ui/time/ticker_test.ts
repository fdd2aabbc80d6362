import { effect } from "@preact/signals";
import { assertEquals } from "../../../tests/support/assert.ts";
import { createTicker, type TickerPage } from "./ticker.ts";

/** A page whose time and visibility a test moves. */
class FakePage implements TickerPage {
  time = 10_250;
  seen = true;
  timer: { ms: number; then: () => void } | null = null;
  listeners = new Set<() => void>();
  now = () => this.time;
  visible = () => this.seen;
  onVisibility = (changed: () => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };
  after = (ms: number, then: () => void) => {
    const timer = this.timer = { ms, then };
    return () => {
      if (this.timer === timer) this.timer = null;
    };
  };

  beat(): void {
    const timer = this.timer!;
    this.time += timer.ms;
    timer.then();
  }

  setVisible(seen: boolean): void {
    this.seen = seen;
    this.listeners.forEach((changed) => changed());
  }
}

function watch(page: FakePage): { seen: number[]; stop: () => void } {
  const now = createTicker(page);
  const seen: number[] = [];
  return { seen, stop: effect(() => void seen.push(now())) };
}

Deno.test("beats on full seconds, so that no second is skipped", () => {
  const page = new FakePage();
  const { seen, stop } = watch(page);
  page.beat();
  page.time += 30; // The timer will be late.
  page.beat();
  page.beat();
  assertEquals(seen, [10_250, 11_000, 12_030, 13_000]);
  stop();
});

Deno.test("no timer and no listener while nobody watches", () => {
  const page = new FakePage();
  createTicker(page)();
  assertEquals([page.timer, page.listeners.size], [null, 0]);
  const { stop } = watch(page);
  assertEquals(page.listeners.size, 1);
  stop();
  assertEquals([page.timer, page.listeners.size], [null, 0]);
});

Deno.test("no timer while the page is hidden, and the true time at once when it is seen again", () => {
  const page = new FakePage();
  const { seen, stop } = watch(page);
  page.setVisible(false);
  assertEquals(page.timer, null);
  page.time += 3_600_000;
  page.setVisible(true);
  assertEquals(seen, [10_250, 3_610_250]);
  stop();
});

Deno.test("one timer for many watchers", () => {
  const page = new FakePage();
  const now = createTicker(page);
  let armed = 0;
  const after = page.after;
  page.after = (ms, then) => (armed++, after(ms, then));
  const stops = [effect(() => void now()), effect(() => void now())];
  assertEquals(armed, 1);
  stops.forEach((stop) => stop());
});
