import { assertEquals } from "../../../tests/support/assert.ts";
import { ProviderLimits } from "./provider_limits.ts";

const DAY_MS = 24 * 3_600_000;
const requests = (remaining: number) => ({
  requests: { limit: 500, remaining, reset_ms: (500 - remaining) * 120 },
  tokens: null,
});
const moment = (at_ms: number) => ({ sent_at_ms: at_ms, at_ms });

Deno.test("a pool that was not observed for a day is hidden, and its next report counts as the first", () => {
  const limits = new ProviderLimits();
  for (const at of [0, 10]) limits.observe("o5", requests(400), moment(at));
  assertEquals(limits.wire(10)[0].used_elsewhere, { requests: 0, tokens: 0 });
  assertEquals([limits.wire(10 + DAY_MS).length, limits.observed(11 + DAY_MS).length], [1, 0]);
  limits.observe("o5", requests(400), moment(11 + DAY_MS));
  assertEquals(limits.wire(11 + DAY_MS)[0].used_elsewhere, null);
});

Deno.test("reading the pools changes nothing, however late it is", () => {
  const limits = new ProviderLimits();
  for (const at of [0, 10]) limits.observe("o5", requests(400), moment(at));
  const before = JSON.stringify(limits.wire(10));
  limits.wire(10 * DAY_MS);
  limits.observed(10 * DAY_MS);
  assertEquals(JSON.stringify(limits.wire(10)), before);
});

Deno.test("an older response does not move the time of the last observation back", () => {
  const limits = new ProviderLimits();
  limits.observe("o5", requests(400), moment(1000));
  limits.observe("o5", requests(300), moment(500));
  assertEquals(limits.wire(1000)[0].observed_at, "1970-01-01T00:00:01.000Z");
});

Deno.test("the slow pool is found behind pools that are as fast as usual", () => {
  const limits = new ProviderLimits();
  for (let each = 0; each < 24; each++) for (const pool of ["fast", "slow"]) limits.began(pool, 800, 0);
  for (let each = 0; each < 8; each++) limits.began("slow", 12_000, 0);
  assertEquals([limits.slowPool(0)?.pool, limits.slowPool(120_000)], ["slow", null]);
});

Deno.test("the latencies of twenty pools are kept", () => {
  const limits = new ProviderLimits();
  const slow = (pool: string) => {
    for (let each = 0; each < 24; each++) limits.began(pool, 800, 0);
    for (let each = 0; each < 8; each++) limits.began(pool, 12_000, 0);
  };
  slow("first");
  for (let other = 0; other < 19; other++) limits.began(`other ${other}`, 800, 0);
  assertEquals(limits.slowPool(0)?.pool, "first");
  limits.began("one more", 800, 0);
  assertEquals(limits.slowPool(0), null);
});

Deno.test("use of a pool without a report is not counted, and changes nothing", () => {
  const limits = new ProviderLimits();
  limits.sent({ pool: "o5", tokens: 5, at_ms: 0 });
  limits.ended({ pool: "o5", tokens: 5, at_ms: 0 }, "o5", 9, 0);
  assertEquals([limits.wire(0), limits.observed(0)], [[], []]);
});
