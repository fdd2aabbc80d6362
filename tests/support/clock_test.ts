import { assertEquals, assertThrows } from "./assert.ts";
import { ManualClock } from "./clock.ts";

Deno.test("timers fire in the order of their due times, ties in the order of creation", () => {
  const clock = new ManualClock(0);
  const fired: string[] = [];
  clock.after(200, () => fired.push(`late ${clock.now()}`));
  clock.after(100, () => fired.push("first"));
  clock.after(100, () => fired.push("second"));
  clock.advance(1_000);
  assertEquals(fired, ["first", "second", "late 200"]);
});

Deno.test("a timer that another timer sets fires in the same advance", () => {
  const clock = new ManualClock(0);
  const fired: number[] = [];
  clock.after(10, () => clock.after(10, () => fired.push(clock.now())));
  clock.advance(20);
  assertEquals(fired, [20]);
});

Deno.test("a repeating timer can stop itself", () => {
  const clock = new ManualClock(0);
  let count = 0;
  const stop = clock.every(10, () => ++count === 3 && stop());
  clock.advance(1_000);
  assertEquals([count, clock.pending], [3, 0]);
});

Deno.test("a negative advance and an interval of zero are refused", () => {
  const clock = new ManualClock();
  assertThrows(() => clock.advance(-1), RangeError, "does not run back");
  assertThrows(() => clock.every(0, () => {}), RangeError, "above zero");
});
