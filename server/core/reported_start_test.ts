import fc from "fast-check";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { reportedStart } from "./reported_start.ts";

const NOW = Date.UTC(2026, 10, 21, 10);
const DAY = 24 * 3_600_000;
const ago = (started_at_ms: number, sent_at_ms: number | null, latency_ms = 900) =>
  NOW - reportedStart({ started_at_ms, sent_at_ms, latency_ms }, NOW);

Deno.test("the age counts, and the time of the other clock does not", () => {
  for (const there of [NOW, NOW - 300_000, NOW + 300_000, 0, NOW + 100 * 365 * DAY]) {
    assertEquals(ago(there - 20_000, there), 20_000);
  }
});

Deno.test("without sent_at the start is used as it is, but not after our own clock", () => {
  assertEquals([ago(NOW - 20_000, null), ago(NOW + 20_000, null)], [20_000, 0]);
});

Deno.test("if the other clock was set meanwhile, the age is the latency", () => {
  assertEquals([ago(NOW, NOW - 3_600_000), ago(0, NOW)], [900, 900]);
  assertEquals(ago(NOW - 3 * DAY, NOW), 3 * DAY);
});

Deno.test("property: a reported start is neither in the future nor more than seven days ago", () => {
  const any = fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }).map(Math.trunc);
  const latency = fc.nat({ max: Number.MAX_SAFE_INTEGER });
  fc.assert(fc.property(any, any, latency, (started_at_ms, sent_at_ms, latency_ms) => {
    const age = NOW - reportedStart({ started_at_ms, sent_at_ms, latency_ms }, NOW);
    assert(age >= 0 && age <= 7 * DAY, `${age}`);
  }));
});
