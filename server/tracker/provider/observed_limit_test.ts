import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { instant } from "../../core/meter.ts";
import { ObservedLimit } from "./observed_limit.ts";

const memory = () => new ObservedLimit({ enter: 0.02, leave: 0.01 });
/** A limit of 500 per minute as OpenAI reports it: the reset is the time until it is refilled. */
const minute = (remaining: number) => ({ limit: 500, remaining, reset_ms: (500 - remaining) * 120 });
const moment = (sent_at_ms: number, at_ms = sent_at_ms + 100) => ({ sent_at_ms, at_ms });

Deno.test("the remaining amount grows back to the limit at its reset", () => {
  const limit = memory();
  assertEquals(limit.wire(0), null);
  limit.observe({ limit: 500, remaining: 0, reset_ms: 60_000 }, moment(0, 0));
  assertEquals(limit.wire(0), { limit: 500, remaining: 0, resets_at: instant(60_000) });
  assertEquals(limit.wire(6000)?.remaining, 50);
  assertEquals(limit.wire(60_000)?.remaining, 500);
});

Deno.test("a response to a request sent before the last observation may lower the remaining amount, not raise it", () => {
  const limit = memory();
  limit.observe(minute(400), moment(10, 100));
  limit.observe(minute(450), moment(5, 110));
  limit.observe(minute(401), moment(50, 110));
  assertEquals(limit.wire(110)?.remaining, 400);
  limit.observe(minute(380), moment(5, 120));
  assertEquals(limit.wire(120)?.remaining, 380);
  // This request was sent after the last observation.
  limit.observe(minute(450), moment(120, 130));
  assertEquals(limit.wire(130)?.remaining, 450);
});

Deno.test("a concurrent response is compared with the amount that has been refilled meanwhile", () => {
  const limit = memory();
  limit.observe({ limit: 500, remaining: 0, reset_ms: 1000 }, moment(0, 100));
  limit.observe({ limit: 500, remaining: 300, reset_ms: 60_000 }, moment(50, 2000));
  assertEquals(limit.wire(2000)?.remaining, 300);
});

Deno.test("a remaining amount above the limit is cut to it; a changed limit applies immediately", () => {
  const limit = memory();
  limit.observe({ limit: 500, remaining: 900, reset_ms: 0 }, moment(0));
  assertEquals(limit.wire(100)?.remaining, 500);
  limit.observe({ limit: 5000, remaining: 4999, reset_ms: 12 }, moment(200));
  assertEquals(limit.wire(300)?.limit, 5000);
});

Deno.test("without a reset one minute is assumed, and use elsewhere is unknown", () => {
  const limit = memory();
  for (const at of [0, 1000]) limit.observe({ limit: 500, remaining: 100, reset_ms: null }, moment(at, at));
  assertEquals([limit.wire(1000)?.resets_at, limit.elsewhere(1000)], [null, null]);
  assertEquals(limit.wire(61_000)?.remaining, 500);
});

Deno.test("use elsewhere is null before two observations, excludes our own use, and is refilled over time", () => {
  const limit = memory();
  limit.observe(minute(499), moment(0, 0));
  assertEquals(limit.elsewhere(0), null);
  limit.use(50, 10, "acme");
  limit.observe(minute(449), moment(10, 10));
  assertEquals(limit.elsewhere(10), 0);
  limit.use(1, 20, "acme");
  limit.observe(minute(408), moment(20, 20));
  assertEquals(limit.elsewhere(20), 40);
  assertEquals(limit.elsewhere(20 + 2400), 20);
  assertEquals(limit.elsewhere(60_000), 0);
});

Deno.test("use before the first observation does not count as use elsewhere", () => {
  const limit = memory();
  limit.observe(minute(100), moment(0, 0));
  limit.observe(minute(100), moment(100, 0));
  assertEquals(limit.elsewhere(100), 0);
});

Deno.test("use elsewhere is reported from 2 % of the limit on, and down to 1 %", () => {
  const limit = memory();
  const at = 0;
  const gap = (others: number) => {
    limit.observe(minute(499 - others), moment(at, at));
    return limit.elsewhere(at);
  };
  assertEquals([0, 9, 10, 9, 5, 4, 9].map(gap), [null, 0, 10, 9, 5, 0, 0]);
});

Deno.test("use elsewhere is never negative while the provider has not counted our calls yet", () => {
  const limit = memory();
  limit.observe(minute(499), moment(0, 0));
  limit.use(100, 1, "acme");
  limit.observe(minute(480), moment(1, 1));
  assertEquals(limit.elsewhere(1), 0);
  // These calls were not sent after all.
  limit.use(-100, 1, "acme");
  limit.observe(minute(480), moment(2, 2));
  assertEquals(limit.elsewhere(2), 19);
});

Deno.test("a daily limit is refilled over a day", () => {
  const limit = memory();
  const day = (remaining: number) => ({ limit: 10_000, remaining, reset_ms: (10_000 - remaining) * 8640 });
  limit.observe(day(9000), moment(0, 0));
  limit.observe(day(8000), moment(10, 10));
  assertEquals(limit.elsewhere(10), 1000);
  assertEquals(limit.elsewhere(10 + 8640 * 500), 500);
});

Deno.test("property: the remaining amount and the use elsewhere lie between 0 and the limit", () => {
  const step = fc.record({
    limit: fc.integer({ min: 1, max: 1e7 }),
    remaining: fc.nat(1e7),
    reset_ms: fc.option(fc.nat(1e8)),
    sent_at_ms: fc.nat(1e6),
    takes_ms: fc.nat(1e6),
    used: fc.integer({ min: -1e6, max: 1e6 }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 20 }), fc.nat(1e8), (steps, now_ms) => {
    const memory = new ObservedLimit({ enter: 0.02, leave: 0.01 });
    for (const { sent_at_ms, takes_ms, used, ...report } of steps) {
      memory.use(used, sent_at_ms, "acme");
      memory.observe(report, { sent_at_ms, at_ms: sent_at_ms + takes_ms });
    }
    const shown = memory.wire(now_ms);
    const elsewhere = memory.elsewhere(now_ms) ?? 0;
    assert(!shown || (shown.remaining >= 0 && shown.remaining <= shown.limit));
    assert(elsewhere >= 0 && elsewhere <= (shown?.limit ?? 0), `${elsewhere}`);
  }));
});

Deno.test("a report without any use does not change a minute limit into a daily one", () => {
  const limit = memory();
  limit.observe({ limit: 500, remaining: 500, reset_ms: 12 }, moment(0, 0));
  limit.use(40, 0, "acme");
  // Our 40 requests are refilled within 5 s, so these 20 are from elsewhere.
  limit.observe(minute(480), moment(30_000, 30_000));
  assertEquals(limit.elsewhere(30_000), 20);
});
