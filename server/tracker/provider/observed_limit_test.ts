import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { instant } from "../../core/meter.ts";
import { ObservedLimit } from "./observed_limit.ts";

const memory = () => new ObservedLimit({ enter: 0.02, leave: 0.01 });
/** A minute's limit of 500 as OpenAI tells it: its reset is when all is refilled. */
const minute = (remaining: number) => ({ limit: 500, remaining, reset_ms: (500 - remaining) * 120 });
const moment = (sent_at_ms: number, at_ms = sent_at_ms + 100) => ({ sent_at_ms, at_ms });

Deno.test("what is left grows back to the limit at its reset", () => {
  const limit = memory();
  assertEquals(limit.wire(0), null);
  limit.observe({ limit: 500, remaining: 0, reset_ms: 60_000 }, moment(0, 0));
  assertEquals(limit.wire(0), { limit: 500, remaining: 0, resets_at: instant(60_000) });
  assertEquals(limit.wire(6000)?.remaining, 50);
  assertEquals(limit.wire(60_000)?.remaining, 500);
});

Deno.test("a response under way when another had answered may lower what is left, never raise it", () => {
  const limit = memory();
  limit.observe(minute(400), moment(10, 100));
  limit.observe(minute(450), moment(5, 110));
  limit.observe(minute(401), moment(50, 110));
  assertEquals(limit.wire(110)?.remaining, 400);
  limit.observe(minute(380), moment(5, 120));
  assertEquals(limit.wire(120)?.remaining, 380);
  // PendingUse after that answer had come, so it knows better.
  limit.observe(minute(450), moment(120, 130));
  assertEquals(limit.wire(130)?.remaining, 450);
});

Deno.test("an observation from before the reset is compared with what has grown back since", () => {
  const limit = memory();
  limit.observe({ limit: 500, remaining: 0, reset_ms: 1000 }, moment(0, 100));
  limit.observe({ limit: 500, remaining: 300, reset_ms: 60_000 }, moment(50, 2000));
  assertEquals(limit.wire(2000)?.remaining, 300);
});

Deno.test("more left than the limit is the limit; a limit that changes is believed at once", () => {
  const limit = memory();
  limit.observe({ limit: 500, remaining: 900, reset_ms: 0 }, moment(0));
  assertEquals(limit.wire(100)?.remaining, 500);
  limit.observe({ limit: 5000, remaining: 4999, reset_ms: 12 }, moment(200));
  assertEquals(limit.wire(300)?.limit, 5000);
});

Deno.test("without a reset a minute is believed, and nothing is said of others", () => {
  const limit = memory();
  for (const at of [0, 1000]) limit.observe({ limit: 500, remaining: 100, reset_ms: null }, moment(at, at));
  assertEquals([limit.wire(1000)?.resets_at, limit.elsewhere(1000)], [null, null]);
  assertEquals(limit.wire(61_000)?.remaining, 500);
});

Deno.test("elsewhere: null before two observations; our own use is none of it; others' is, and drains", () => {
  const limit = memory();
  limit.observe(minute(499), moment(0, 0));
  assertEquals(limit.elsewhere(0), null);
  limit.use(50, 10);
  limit.observe(minute(449), moment(10, 10));
  assertEquals(limit.elsewhere(10), 0);
  limit.use(1, 20);
  limit.observe(minute(408), moment(20, 20));
  assertEquals(limit.elsewhere(20), 40);
  assertEquals(limit.elsewhere(20 + 2400), 20);
  assertEquals(limit.elsewhere(60_000), 0);
});

Deno.test("what was used before the first look may have been ours, and is nobody's", () => {
  const limit = memory();
  limit.observe(minute(100), moment(0, 0));
  limit.observe(minute(100), moment(100, 0));
  assertEquals(limit.elsewhere(100), 0);
});

Deno.test("calls under way are no elsewhere: a gap begins at 2 % of the limit and ends below 1 %", () => {
  const limit = memory();
  const at = 0;
  const gap = (others: number) => {
    limit.observe(minute(499 - others), moment(at, at));
    return limit.elsewhere(at);
  };
  assertEquals([0, 9, 10, 9, 5, 4, 9].map(gap), [null, 0, 10, 9, 5, 0, 0]);
});

Deno.test("the provider sees less of us than we do while calls are on their way: never negative", () => {
  const limit = memory();
  limit.observe(minute(499), moment(0, 0));
  limit.use(100, 1);
  limit.observe(minute(480), moment(1, 1));
  assertEquals(limit.elsewhere(1), 0);
  // One that was never sent is given back.
  limit.use(-100, 1);
  limit.observe(minute(480), moment(2, 2));
  assertEquals(limit.elsewhere(2), 19);
});

Deno.test("a day's limit drains over a day", () => {
  const limit = memory();
  const day = (remaining: number) => ({ limit: 10_000, remaining, reset_ms: (10_000 - remaining) * 8640 });
  limit.observe(day(9000), moment(0, 0));
  limit.observe(day(8000), moment(10, 10));
  assertEquals(limit.elsewhere(10), 1000);
  assertEquals(limit.elsewhere(10 + 8640 * 500), 500);
});

Deno.test("whatever was told and used, what is left and elsewhere lie within the limit", () => {
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
    for (const { sent_at_ms, takes_ms, used, ...told } of steps) {
      memory.use(used, sent_at_ms);
      memory.observe(told, { sent_at_ms, at_ms: sent_at_ms + takes_ms });
    }
    const shown = memory.wire(now_ms);
    const elsewhere = memory.elsewhere(now_ms) ?? 0;
    assert(!shown || (shown.remaining >= 0 && shown.remaining <= shown.limit));
    assert(elsewhere >= 0 && elsewhere <= (shown?.limit ?? 0), `${elsewhere}`);
  }));
});
