import fc from "fast-check";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { reportedStart } from "./reported_start.ts";

const NOW = Date.UTC(2026, 10, 21, 10);
const DAY = 24 * 3_600_000;
const ago = (started_at_ms: number, sent_at_ms: number | null, latency_ms = 900) =>
  NOW - reportedStart({ started_at_ms, sent_at_ms, latency_ms }, NOW);

Deno.test("how long ago counts, not what time it was there", () => {
  for (const there of [NOW, NOW - 300_000, NOW + 300_000, 0, NOW + 100 * 365 * DAY]) {
    assertEquals(ago(there - 20_000, there), 20_000);
  }
});

Deno.test("a program that does not say when it sent is believed, except in what is still to come", () => {
  assertEquals([ago(NOW - 20_000, null), ago(NOW + 20_000, null)], [20_000, 0]);
});

Deno.test("a clock that was set in between leaves what is certain: it took as long as it took", () => {
  assertEquals([ago(NOW, NOW - 3_600_000), ago(0, NOW)], [900, 900]);
  assertEquals(ago(NOW - 3 * DAY, NOW), 3 * DAY);
});

Deno.test("no report is from the future, nor from longer ago than a program waits for a service", () => {
  const any = fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }).map(Math.trunc);
  const latency = fc.nat({ max: Number.MAX_SAFE_INTEGER });
  fc.assert(fc.property(any, any, latency, (started_at_ms, sent_at_ms, latency_ms) => {
    const age = NOW - reportedStart({ started_at_ms, sent_at_ms, latency_ms }, NOW);
    assert(age >= 0 && age <= 7 * DAY, `${age}`);
  }));
});
