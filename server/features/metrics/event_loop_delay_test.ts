import { assertEquals } from "../../../tests/support/assert.ts";
import { ManualClock } from "../../../tests/support/clock.ts";
import { EventLoopDelay } from "./event_loop_delay.ts";

Deno.test("a task that holds the loop shows as the delay of the next timer", () => {
  const clock = new ManualClock();
  const held = { ms: 0 };
  const delay = new EventLoopDelay(clock, () => clock.now() + held.ms);
  clock.advance(200);
  held.ms = 80;
  clock.advance(100);
  const samples = delay.histogram.samples();
  assertEquals(samples.filter(({ labels }) => labels?.le === "0.05" || labels?.le === "0.1").map((s) => s.value), [
    2,
    3,
  ]);
  assertEquals(samples.slice(-2).map(({ suffix, value }) => [suffix, value]), [["_sum", 0.08], ["_count", 3]]);
  delay.stop();
  assertEquals(clock.pending, 0);
});
