import { assertEquals } from "../../../tests/support/assert.ts";
import { ManualClock } from "../../../tests/support/clock.ts";
import type { Clock } from "../../core/clock.ts";
import { IdleTimeout, type Watched } from "./idle_timeout.ts";

class Exchange implements Watched {
  sweep = 0;
  index = -1;
  timeouts = 0;
  timedOut(): void {
    this.timeouts++;
  }
}

Deno.test("an exchange times out once, after its time and at most a tenth more", () => {
  const clock = new ManualClock();
  const idle = new IdleTimeout(1000, clock);
  const exchange = new Exchange();
  idle.start(exchange);
  clock.advance(1000);
  assertEquals(exchange.timeouts, 0);
  clock.advance(100);
  assertEquals([exchange.timeouts, clock.pending], [1, 0]);
});

Deno.test("a touch begins the time anew, and a stop ends it", () => {
  const clock = new ManualClock();
  const idle = new IdleTimeout(1000, clock);
  const [touched, stopped] = [new Exchange(), new Exchange()];
  idle.start(touched);
  idle.start(stopped);
  clock.advance(900);
  idle.touch(touched);
  idle.stop(stopped);
  clock.advance(1000);
  assertEquals([touched.timeouts, stopped.timeouts, clock.pending], [0, 0, 1]);
  clock.advance(100);
  assertEquals([touched.timeouts, stopped.timeouts], [1, 0]);
});

Deno.test("the timer runs while there is an exchange, and starts again for the next one", () => {
  const clock = new ManualClock();
  const idle = new IdleTimeout(5, clock);
  const exchange = new Exchange();
  idle.start(exchange);
  idle.stop(exchange);
  clock.advance(1);
  assertEquals(clock.pending, 0);
  clock.advance(20);
  idle.start(exchange);
  clock.advance(10);
  assertEquals([exchange.timeouts, clock.pending], [0, 1]);
  idle.close();
  clock.advance(20);
  assertEquals([exchange.timeouts, clock.pending], [0, 0]);
});

Deno.test("FAULT 42: a sweep that is late waits until what has arrived meanwhile is read", () => {
  let now = 0;
  let [sweep, later] = [() => {}, () => {}];
  const clock: Clock = {
    now: () => now,
    every: (_ms, fn) => (sweep = fn, () => {}),
    after: (_ms, fn) => (later = fn, () => {}),
  };
  const idle = new IdleTimeout(1000, clock);
  const [read, silent] = [new Exchange(), new Exchange()];
  idle.start(read);
  idle.start(silent);
  for (let at = 1; at <= 10; at++) now += 100, sweep();
  // The event loop was blocked: the sweep comes before the bytes of one exchange are read.
  now += 5000;
  sweep();
  assertEquals([read.timeouts, silent.timeouts], [0, 0]);
  idle.touch(read);
  later();
  assertEquals([read.timeouts, silent.timeouts], [0, 1]);
});
