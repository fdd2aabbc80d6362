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
