import { assertEquals } from "../../../tests/support/assert.ts";
import { observedPool, wirePool } from "./pool_views.ts";
import { ProviderLimits } from "./provider_limits.ts";

const DAY_MS = 24 * 3_600_000;
const requests = (remaining: number) => ({
  requests: { limit: 500, remaining, reset_ms: (500 - remaining) * 120 },
  tokens: null,
});
const named = (limits: ProviderLimits, now_ms: number) =>
  limits.recent(now_ms).map(([name, pool]) => ({ name, pools: [pool] }));
const wire = (limits: ProviderLimits, now_ms: number) => named(limits, now_ms).map((each) => wirePool(each, now_ms));
const observed = (limits: ProviderLimits, now_ms: number) =>
  named(limits, now_ms).map((each) => observedPool(each, now_ms));
const moment = (at_ms: number) => ({ sent_at_ms: at_ms, at_ms });

Deno.test("a pool that was not observed for a day is hidden, and its next report counts as the first", () => {
  const limits = new ProviderLimits();
  for (const at of [0, 10]) limits.observe("o5", requests(400), moment(at));
  assertEquals(wire(limits, 10)[0].used_elsewhere, { requests: 0, tokens: 0 });
  assertEquals([wire(limits, 10 + DAY_MS).length, observed(limits, 11 + DAY_MS).length], [1, 0]);
  limits.observe("o5", requests(400), moment(11 + DAY_MS));
  assertEquals(wire(limits, 11 + DAY_MS)[0].used_elsewhere, null);
});

Deno.test("reading the pools changes nothing, however late it is", () => {
  const limits = new ProviderLimits();
  for (const at of [0, 10]) limits.observe("o5", requests(400), moment(at));
  const before = JSON.stringify(wire(limits, 10));
  wire(limits, 10 * DAY_MS);
  observed(limits, 10 * DAY_MS);
  assertEquals(JSON.stringify(wire(limits, 10)), before);
});

Deno.test("an older response does not move the time of the last observation back", () => {
  const limits = new ProviderLimits();
  limits.observe("o5", requests(400), moment(1000));
  limits.observe("o5", requests(300), moment(500));
  assertEquals(wire(limits, 1000)[0].observed_at, "1970-01-01T00:00:01.000Z");
});

Deno.test("use of a pool without a report is not counted, and changes nothing", () => {
  const limits = new ProviderLimits();
  const use = { workspace_id: "acme", pool: "o5", tokens: 5, at_ms: 0 };
  limits.sent(use);
  limits.ended(use, { ...use, tokens: 9 });
  assertEquals([wire(limits, 0), observed(limits, 0)], [[], []]);
});
