import { assertEquals } from "../../../tests/support/assert.ts";
import { IdleTimeout, type Watched } from "./idle_timeout.ts";

/** Runs a test with timers that fire when it says so. */
function withSweeps(use: (sweep: (times: number) => void, running: () => number, spans: number[]) => void): void {
  const { setInterval, clearInterval } = globalThis;
  const { unrefTimer } = Deno;
  const timers = new Map<number, () => void>();
  const spans: number[] = [];
  Object.assign(globalThis, {
    setInterval: (fire: () => void, ms: number) => (timers.set(spans.push(ms), fire), spans.length),
    clearInterval: (id: number) => void timers.delete(id),
  });
  Object.assign(Deno, { unrefTimer: () => {} });
  const sweep = (times: number) => {
    for (let at = 0; at < times; at++) for (const fire of [...timers.values()]) fire();
  };
  try {
    use(sweep, () => timers.size, spans);
  } finally {
    Object.assign(globalThis, { setInterval, clearInterval });
    Object.assign(Deno, { unrefTimer });
  }
}

class Exchange implements Watched {
  sweep = 0;
  index = -1;
  timeouts = 0;
  timedOut(): void {
    this.timeouts++;
  }
}

Deno.test("an exchange times out once, after its time and at most a tenth more", () =>
  withSweeps((sweep, running, spans) => {
    const idle = new IdleTimeout(1000);
    const exchange = new Exchange();
    idle.start(exchange);
    sweep(10);
    assertEquals([exchange.timeouts, spans], [0, [100]]);
    sweep(1);
    assertEquals([exchange.timeouts, running()], [1, 0]);
  }));

Deno.test("a touch begins the time anew, and a stop ends it", () =>
  withSweeps((sweep, running) => {
    const idle = new IdleTimeout(1000);
    const [touched, stopped] = [new Exchange(), new Exchange()];
    idle.start(touched);
    idle.start(stopped);
    sweep(9);
    idle.touch(touched);
    idle.stop(stopped);
    sweep(10);
    assertEquals([touched.timeouts, stopped.timeouts, running()], [0, 0, 1]);
    sweep(1);
    assertEquals([touched.timeouts, stopped.timeouts], [1, 0]);
  }));

Deno.test("the timer runs while there is an exchange, and starts again for the next one", () =>
  withSweeps((sweep, running, spans) => {
    const idle = new IdleTimeout(5);
    const exchange = new Exchange();
    idle.start(exchange);
    idle.stop(exchange);
    sweep(1);
    assertEquals(running(), 0);
    sweep(20);
    idle.start(exchange);
    sweep(10);
    assertEquals([exchange.timeouts, running()], [0, 1]);
    idle.close();
    sweep(20);
    assertEquals([exchange.timeouts, running(), spans], [0, 0, [1, 1]]);
  }));

Deno.test("FAULT 42: a sweep that is late waits until what has arrived meanwhile is read", async () => {
  const { setTimeout } = globalThis;
  let later: () => void = () => {};
  Object.assign(globalThis, { setTimeout: (run: () => void) => later = run });
  try {
    await Promise.resolve(withSweeps((sweep) => {
      let now = 0;
      const idle = new IdleTimeout(1000, () => now);
      const [read, silent] = [new Exchange(), new Exchange()];
      idle.start(read);
      idle.start(silent);
      for (let at = 1; at <= 10; at++) now += 100, sweep(1);
      // The event loop was blocked: the sweep comes before the bytes of one exchange are read.
      now += 5000;
      sweep(1);
      assertEquals([read.timeouts, silent.timeouts], [0, 0]);
      idle.touch(read);
      later();
      assertEquals([read.timeouts, silent.timeouts], [0, 1]);
    }));
  } finally {
    Object.assign(globalThis, { setTimeout });
  }
});
