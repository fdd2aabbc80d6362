import { assertEquals } from "../../tests/support/assert.ts";
import { systemClock } from "./system_clock.ts";

Deno.test("FAULT 10: time goes on while the wall clock is set back an hour", () => {
  let wall = 1_000_000_000, monotonic = 0;
  const clock = systemClock(() => wall, () => monotonic);
  assertEquals(clock.now(), 1_000_000_000);
  wall -= 3_600_000;
  monotonic += 2_000;
  assertEquals(clock.now(), 1_000_002_000);
});

Deno.test("FAULT 17: time follows a jump of the wall clock ahead", () => {
  let wall = 1_000_000_000;
  const clock = systemClock(() => wall, () => 0);
  wall += 8 * 3_600_000;
  assertEquals(clock.now(), wall);
});

Deno.test("time never runs backward while the two clocks drift", () => {
  let wall = 5_000, monotonic = 0, last = 0;
  const clock = systemClock(() => wall, () => monotonic);
  for (let step = 0; step < 1000; step++) {
    wall += step % 7 === 0 ? -3 : 2;
    monotonic += 1.1;
    const now = clock.now();
    assertEquals(now >= last, true);
    last = now;
  }
});

Deno.test("a jump ahead moves the base from which time goes on", () => {
  let wall = 1_000_000, monotonic = 0;
  const clock = systemClock(() => wall, () => monotonic);
  wall += 60_000;
  monotonic += 100;
  assertEquals(clock.now(), 1_060_000);
  wall = 0;
  monotonic += 50;
  assertEquals(clock.now(), 1_060_050);
});

Deno.test("timers fire, can be stopped, and survive a delay beyond the system's maximum", async () => {
  const clock = systemClock();
  const fired: string[] = [];
  const cancel = clock.after(2 ** 40, () => fired.push("too early"));
  clock.after(1, () => fired.push("stopped"))();
  await new Promise<void>((resolve) => {
    const stop = clock.every(1, () => {
      fired.push("every");
      if (fired.length < 2) return;
      stop();
      clock.after(1, resolve);
    });
  });
  cancel();
  assertEquals(fired, ["every", "every"]);
});

/** Timers that fire when the test says so. */
function fakeTimers() {
  const set = new Map<number, { fn: () => void; ms: number }>();
  let last = 0;
  const add = (fn: () => void, ms: number) => (set.set(++last, { fn, ms }), last);
  const remove = (id: number) => void set.delete(id);
  const timers = { setTimeout: add, setInterval: add, clearTimeout: remove, clearInterval: remove };
  const fire = (ms: number) => {
    for (const timer of [...set.values()]) if (timer.ms === ms) timer.fn();
  };
  return { timers: timers as unknown as typeof globalThis, fire, delays: () => [...set.values()].map(({ ms }) => ms) };
}

Deno.test("FAULT 42: a timer that fires late lets what has arrived meanwhile go first", () => {
  for (const kind of ["after", "every"] as const) {
    let monotonic = 0;
    const { timers, fire, delays } = fakeTimers();
    const clock = systemClock(() => 0, () => monotonic, timers);
    const events: string[] = [];
    const cancel = clock[kind](5000, () => events.push("timer"));
    // The event loop was blocked for a minute: the timer fires before the socket is read.
    monotonic = 60_000;
    fire(5000);
    events.push("socket");
    assertEquals([events, delays()], [["socket"], kind === "every" ? [5000, 100] : [5000, 100]]);
    fire(100);
    assertEquals(events, ["socket", "timer"]);
    cancel();
  }
});

Deno.test("FAULT 42: a repeated timer is late once for each block, and runs on after it", () => {
  let monotonic = 0, fired = 0;
  const { timers, fire, delays } = fakeTimers();
  const cancel = systemClock(() => 0, () => monotonic, timers).every(1000, () => fired++);
  monotonic = 9000;
  fire(1000);
  assertEquals(fired, 0);
  fire(100);
  monotonic = 10_000;
  fire(1000);
  assertEquals(fired, 2);
  monotonic = 20_000;
  fire(1000);
  cancel();
  assertEquals([fired, delays().filter((ms) => ms === 1000)], [2, []]);
});
