import { fake } from "../../../tests/support/fake_browser.ts";
import { assertEquals } from "../../../tests/support/assert.ts";
import { createTicker, type Ticker, type TickerPage } from "./ticker.ts";

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

function watch(page: FakePage): { seen: number[]; ticker: Ticker } {
  const seen: number[] = [];
  return { seen, ticker: createTicker(() => void seen.push(page.time), page) };
}

Deno.test("ticks on full seconds, so that no second is skipped", () => {
  const page = new FakePage();
  const { seen, ticker } = watch(page);
  ticker.start();
  page.beat();
  page.time += 30; // The timer will be late.
  page.beat();
  page.beat();
  assertEquals(seen, [11_000, 12_030, 13_000]);
});

Deno.test("no timer and no listener before start and after stop", () => {
  const page = new FakePage();
  const { seen, ticker } = watch(page);
  assertEquals([page.timer, page.listeners.size], [null, 0]);
  ticker.start();
  assertEquals(page.listeners.size, 1);
  ticker.stop();
  assertEquals([page.timer, page.listeners.size, seen], [null, 0, []]);
});

Deno.test("a tick may stop its ticker", () => {
  const page = new FakePage();
  const ticker = createTicker(() => ticker.stop(), page);
  ticker.start();
  page.beat();
  assertEquals([page.timer, page.listeners.size], [null, 0]);
});

Deno.test("no timer while the page is hidden, and a tick immediately when it is visible again", () => {
  const page = new FakePage();
  const { seen, ticker } = watch(page);
  ticker.start();
  page.setVisible(false);
  assertEquals(page.timer, null);
  page.time += 3_600_000;
  page.setVisible(true);
  assertEquals(seen, [3_610_250]);
});

Deno.test("a ticker that starts in a hidden page waits until it is visible", () => {
  const page = new FakePage();
  page.seen = false;
  const { seen, ticker } = watch(page);
  ticker.start();
  assertEquals(page.timer, null);
  page.setVisible(true);
  assertEquals([seen, page.timer?.ms], [[10_250], 750]);
});

Deno.test("a ticker that starts twice has one timer, and starts again after a stop", () => {
  const page = new FakePage();
  let armed = 0;
  const after = page.after;
  page.after = (ms, then) => (armed++, after(ms, then));
  const { seen, ticker } = watch(page);
  ticker.start();
  ticker.start();
  assertEquals([armed, page.listeners.size], [1, 1]);
  ticker.stop();
  ticker.start();
  page.beat();
  assertEquals(seen, [11_000]);
});

Deno.test("in a browser it follows the page's visibility and its clock", () => {
  fake.reset();
  const { clock, document } = fake;
  let ticks = 0;
  const ticker = createTicker(() => ticks++);
  ticker.start();
  clock.advance(2_000);
  assertEquals([ticks, clock.pending], [2, 1]);
  document.setVisibility("hidden");
  clock.advance(5_000);
  assertEquals([ticks, clock.pending], [2, 0]);
  document.setVisibility("visible");
  assertEquals([ticks, clock.pending], [3, 1]);
  ticker.stop();
  document.setVisibility("visible");
  assertEquals([ticks, clock.pending], [3, 0]);
});
