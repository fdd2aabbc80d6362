import { assertEquals } from "../../tests/support/assert.ts";
import { systemClock } from "./system_clock.ts";

Deno.test("FAULT 10: the wall clock set back an hour does not turn time back, nor stop it", () => {
  let wall = 1_000_000_000, monotonic = 0;
  const clock = systemClock(() => wall, () => monotonic);
  assertEquals(clock.now(), 1_000_000_000);
  wall -= 3_600_000;
  monotonic += 2_000;
  assertEquals(clock.now(), 1_000_002_000);
});

Deno.test("FAULT 17: a jump ahead is followed", () => {
  let wall = 1_000_000_000;
  const clock = systemClock(() => wall, () => 0);
  wall += 8 * 3_600_000;
  assertEquals(clock.now(), wall);
});

Deno.test("a small drift between the clocks never turns time back", () => {
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
