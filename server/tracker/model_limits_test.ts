import { bench, LIMITS, ok, plan, reserve, send } from "../../tests/api/fixture.ts";
import { assert, assertEquals, assertMatch } from "../../tests/support/assert.ts";
import type { LimitsFile } from "../../shared/limits.ts";
import { isRefusal, type Refusal } from "../attempts/recorder.ts";
import { LimitsBook } from "../limits/limits_book.ts";
import { REBUILD_MS } from "./rebuild.ts";
import type { Tracker } from "./tracker.ts";

const refused = (tracker: Tracker, over = {}): Refusal => {
  const decision = tracker.reserve(plan(over));
  assert(isRefusal(decision), "it was let through");
  return decision;
};
const day = (requests_per_day: number) => ({ default: { models: { "gpt-5.4": { requests_per_day } } } });
const minute = (requests_per_minute: number) => ({
  default: { models: { "gpt-5.4": { requests_per_minute, tokens_per_minute: 100_000 } } },
});
Deno.test("field by field, a workspace's own limit goes over the default's, and that over the environment's", () => {
  const book = new LimitsBook(LIMITS, {
    default: { requests_per_day: null, models: { a: { requests_per_minute: 5, tokens_per_day: 7 } } },
    workspaces: { acme: { requests_per_minute: 20, models: { a: { requests_per_minute: 6 }, b: {} } } },
  });
  assertEquals(book.of("acme", 0).limits.limits, { ...LIMITS, requests_per_minute: 20, requests_per_day: null });
  assertEquals(book.of("beta", 0).limits.limits, { ...LIMITS, requests_per_day: null });
  const { models } = book.of("acme", 0).limits;
  assertEquals([models.get("a")?.requests_per_minute, models.get("a")?.tokens_per_day], [6, 7]);
  assertEquals(book.own("constructor"), {});
});

Deno.test("a full model refuses its own calls and its snapshots', by name, and no others", () => {
  const { tracker } = bench();
  tracker.setLimits({ workspaces: { acme: { models: { "gpt-5.4": { requests_per_minute: 2 } } } } });
  send(tracker);
  send(tracker, ok(), { model: "gpt-5.4-2026-03-05" });
  const refusal = refused(tracker);
  assertMatch(refusal.message, /^Cannot reserve 1 request for model "gpt-5.4" in workspace "acme": 2 of 2 requests/);
  assertEquals([refusal.refused, refusal.model], ["workspace_rate_limited", "gpt-5.4"]);
  refused(tracker, { model: "gpt-5.4-2026-03-05" });
  for (const model of ["gpt-5.4-mini", "o5", null]) send(tracker, ok(), { model });
  send(tracker, ok(), { workspace_id: "beta" });
});

Deno.test("a refused call holds nothing, neither of the workspace nor of the model", () => {
  const { tracker } = bench();
  tracker.setLimits({ default: { models: { "gpt-5.4": { tokens_per_minute: 1000 } } } });
  const held = reserve(tracker, { tokens: 900 });
  refused(tracker, { tokens: 200 });
  const { stats, models } = tracker.status("acme");
  assertEquals([stats.requests_per_minute!.reserved, stats.tokens_per_minute!.reserved], [1, 900]);
  assertEquals(models?.map(({ model, stats }) => [model, stats.tokens_per_minute!.reserved]), [["gpt-5.4", 900]]);
  held.settle(ok(40));
  assertEquals(tracker.status("acme").models![0].stats.tokens_per_minute!.current, 40);
});

Deno.test("the status body names models only where some have limits", () => {
  const { tracker } = bench();
  assert(!("models" in tracker.status("acme")));
  tracker.setLimits(day(9));
  assertEquals(tracker.status("acme").models?.map(({ model }) => model), ["gpt-5.4"]);
  tracker.setLimits({});
  assert(!("models" in tracker.status("acme")));
});

Deno.test("limits change while running: no count and no hold is lost", () => {
  const { tracker } = bench();
  for (let call = 0; call < 5; call++) send(tracker);
  const flying = reserve(tracker);
  tracker.setLimits({ workspaces: { acme: { requests_per_minute: 6 } } });
  const { current, reserved, limit } = tracker.status("acme").stats.requests_per_minute!;
  assertEquals([current, reserved, limit], [5, 1, 6]);
  refused(tracker);
  flying.settle(ok());
  tracker.setLimits({});
  assertEquals(tracker.status("acme").stats.requests_per_minute!.current, 6);
  reserve(tracker);
});

Deno.test("a model's limits that are removed and set again include the use in between", () => {
  const { tracker } = bench();
  tracker.setLimits(day(3));
  send(tracker);
  tracker.setLimits({});
  send(tracker);
  tracker.setLimits(day(2));
  refused(tracker);
});

Deno.test("a model's limit set in the middle of a day includes that day's use and the attempts in flight", () => {
  const { tracker, clock } = bench();
  for (let call = 0; call < 4; call++) send(tracker, ok(10));
  clock.advance(120_000);
  const flying = reserve(tracker);
  tracker.setLimits(day(5));
  flying.settle(ok(10));
  assertEquals(refused(tracker).refused, "workspace_quota_exceeded");
  assertEquals(tracker.status("acme").models![0].stats.requests_per_day!.current, 5);
});

Deno.test("a model's limit set in the middle of a minute includes the use in each second of it", () => {
  const { tracker, clock } = bench();
  send(tracker, ok(10));
  clock.advance(20_000);
  const flying = reserve(tracker);
  send(tracker, ok(10), { model: "gpt-5.4-2026-03-05" });
  send(tracker, ok(10), { model: "gpt-5.4-mini" });
  send(tracker, ok(10), { workspace_id: "beta" });
  clock.advance(20_000);
  tracker.setLimits(minute(4));
  send(tracker, ok(10));
  flying.settle(ok(70));
  const { current, resets_at } = tracker.status("acme").models![0].stats.requests_per_minute!;
  assertEquals([current, Date.parse(resets_at) - clock.now()], [4, 61_000]);
  assertEquals(refused(tracker).retry_after_ms, 21_000);
  assertEquals(tracker.status("acme").models![0].stats.tokens_per_minute!.current, 100);
  clock.advance(21_000);
  reserve(tracker);
  refused(tracker);
});

Deno.test("a limit set for a model includes the tokens reserved by its calls in flight", () => {
  const { tracker } = bench();
  send(tracker, ok(10));
  const flying = reserve(tracker);
  tracker.setLimits(minute(3));
  const { current, reserved } = tracker.status("acme").models![0].stats.requests_per_minute!;
  assertEquals([current, reserved], [1, 1]);
  flying.settle(ok(10));
  assertEquals(tracker.status("acme").models![0].stats.requests_per_minute!.current, 2);
});

for (const model of ["gpt-4", "gpt-3.5-turbo", "gpt-5.4"]) {
  Deno.test(`a limit for ${model} is one for its snapshots, however they write the date`, () => {
    const { tracker } = bench();
    tracker.setLimits({ default: { models: { [model]: { requests_per_minute: 2 } } } });
    send(tracker, ok(), { model: `${model}-0613` });
    send(tracker, ok(1, { model: `${model}-2026-03-05` }), { model });
    refused(tracker, { model });
    send(tracker, ok(), { model: `${model}-pro` });
  });
}

Deno.test("an answer that names a model with limits counts there, whichever model was requested", () => {
  const { tracker } = bench();
  tracker.setLimits(day(9));
  send(tracker, ok(10, { model: "gpt-5.4-2026-03-05" }), { model: "our-deployment" });
  assertEquals(tracker.status("acme").models![0].stats.requests_per_day!.current, 1);
});

Deno.test("a call counts under both names of its model: a limit on either holds, also for reports", async () => {
  const { tracker, clock } = bench();
  tracker.setLimits({
    default: { models: { "our-name": { requests_per_minute: 2 }, o5: { requests_per_minute: 3 } } },
  });
  const over = { model: "our-name" };
  send(tracker, ok(10, { model: "o5" }), over);
  send(tracker, ok(10, { model: "o5-2026-03-05" }), over);
  assertEquals(refused(tracker, over).model, "our-name");
  send(tracker, ok(), { model: "o5" });
  refused(tracker, { model: "o5" });
  const leased = plan({ id: "leased", workspace_id: "beta", ...over });
  tracker.lease(leased);
  const { tokens: _t, input_tokens: _i, ...known } = leased;
  const { error_message: _m, limit_headers: _h, ...result } = ok(70, { model: "o5" });
  const report = (row: object) =>
    tracker.report({ ...known, ...result, started_at_ms: clock.now(), ...row }, {
      limit_headers: {},
      error_message: null,
    });
  await report({});
  await report({ id: "not leased", requested_model: "our-name" });
  refused(tracker, { workspace_id: "beta", ...over });
  send(tracker, ok(), { workspace_id: "beta", model: "o5" });
  refused(tracker, { workspace_id: "beta", model: "o5" });
});

/** The order of a start: first the limits, then the ledger's rows. */
async function restarted(before: ReturnType<typeof bench>, file: LimitsFile): Promise<Tracker> {
  await before.tracker.flushed();
  const { clock, ledger } = before;
  const { tracker } = bench({ clock, ledger });
  tracker.setLimits(file);
  tracker.load(await ledger.rebuild(clock.now() - REBUILD_MS, tracker.day.start_ms));
  return tracker;
}

Deno.test("a restart finds a model's day and minute in the ledger", async () => {
  const before = bench();
  send(before.tracker, ok(10));
  before.clock.advance(30_000);
  for (let call = 0; call < 3; call++) send(before.tracker, ok(10), { model: "gpt-5.4-2026-03-05" });
  const dayFull = await restarted(before, day(4));
  assertEquals(refused(dayFull).refused, "workspace_quota_exceeded");
  const minuteFull = await restarted(before, minute(4));
  assertEquals([refused(minuteFull).refused, refused(minuteFull).retry_after_ms], ["workspace_rate_limited", 31_000]);
  send(minuteFull, ok(), { model: "gpt-5.4-mini" });
});

Deno.test("a reset of the day resets its models, and a restart restores what they counted after it", async () => {
  const before = bench();
  const { tracker } = before;
  tracker.setLimits(day(2));
  send(tracker);
  send(tracker);
  tracker.reset("acme", "day");
  const used = (of: Tracker) => {
    return of.status("acme").models![0].stats.requests_per_day!.current;
  };
  assertEquals(used(await restarted(before, day(2))), 0);
  send(tracker);
  assertEquals(used(await restarted(before, day(2))), 1);
  tracker.reset("acme", "all");
  send(tracker);
  send(tracker);
  refused(tracker);
  const after = await restarted(before, day(2));
  refused(after);
  after.reset("acme", "day");
  send(after);
  assertEquals(used(after), 1);
});

Deno.test("a limit that is set after a reset of the day includes the use since the reset", () => {
  const { tracker } = bench();
  for (let call = 0; call < 3; call++) send(tracker);
  tracker.reset("acme", "day");
  send(tracker);
  tracker.setLimits(day(2));
  send(tracker);
  refused(tracker);
});

Deno.test("yesterday is not counted in a model's new day", () => {
  const { tracker, clock } = bench();
  send(tracker);
  clock.advance(86_400_000);
  tracker.setLimits(day(1));
  send(tracker);
  refused(tracker);
});

Deno.test("a lease is checked against its model's limits, and its report counts there", async () => {
  const { tracker } = bench();
  tracker.setLimits(day(1));
  const leased = plan();
  tracker.lease(leased);
  refused(tracker);
  const { tokens: _t, input_tokens: _i, ...known } = leased;
  const { error_message: _m, limit_headers: _h, ...result } = ok(70, { model: "gpt-5.4-2026-03-05" });
  await tracker.report({ ...known, ...result, started_at_ms: 0 }, { limit_headers: {}, error_message: null });
  const { current, reserved } = tracker.status("acme").models![0].stats.requests_per_day!;
  assertEquals([current, reserved], [1, 0]);
});

for (const [zone, hours] of [["Europe/Berlin", 23], ["Pacific/Kiritimati", 24], ["Asia/Kathmandu", 24]] as const) {
  Deno.test(`FAULTS 13, 14: a model's day is the workspace's: ${zone}, ${hours} h`, () => {
    const { tracker, clock } = bench({ timezone: zone });
    // To the midnight of 28 March 2027, on which Berlin's clocks go forward.
    clock.advance(Temporal.ZonedDateTime.from(`2027-03-28T00:00[${zone}]`).epochMilliseconds - clock.now());
    tracker.setLimits(day(1));
    send(tracker);
    assertEquals(refused(tracker).retry_after_ms, hours * 3_600_000);
    clock.advance(hours * 3_600_000);
    reserve(tracker);
  });
}

Deno.test("an attempt that this process sends has no lease: a stream of an hour keeps its reserved tokens", () => {
  const { tracker, clock } = bench();
  const stream = reserve(tracker);
  clock.every(1000, () => tracker.tick());
  clock.advance(3_600_000);
  assertEquals(tracker.inFlight, 1);
  stream.settle(ok(5000));
  assertEquals([tracker.inFlight, tracker.status("acme").usage.total_tokens], [0, 5000]);
});

const EITHER = [
  ["a name of a gateway", "wrapper-api-gpt-4o", "gpt-4o"],
  ["a deployment", "our-chat", "gpt-5.4-2026-03-05"],
  ["a dated snapshot", "gpt-5.4", "gpt-5.4-2026-03-05"],
  ["the older date of a snapshot", "gpt-5.4", "gpt-5.4-0613"],
  ["a name with a vendor", "openai/gpt-5.4", "gpt-5.4"],
] as const;

for (const [kind, requested, answered] of EITHER) {
  for (const limit of [requested, answered]) {
    for (const name of ["requests_per_minute", "requests_per_day"]) {
      Deno.test(`${kind}: ${name} of "${limit}" holds, and after a restart`, async () => {
        const before = bench();
        const file = { default: { models: { [limit]: { [name]: 2 } } } };
        before.tracker.setLimits(file);
        const call = { model: requested };
        send(before.tracker, ok(10, { model: answered }), call);
        // Its answer is lost: it is charged to the same limits.
        const lost = { model: requested, usage_source: "unknown", outcome: "failed", http_status: null } as const;
        send(before.tracker, ok(0, lost), call);
        const after = await restarted(before, file);
        for (const tracker of [before.tracker, after]) {
          assertEquals(refused(tracker, call).model, requested);
          assertEquals(tracker.availability("acme", requested).available, false);
          assertEquals(tracker.status("acme").models?.[0].stats[name as "requests_per_day"]?.current, 2);
          send(tracker, ok(), { model: "o5" });
        }
        const rows = await before.ledger.attempts("acme", 9);
        const names = rows.filter(({ model }) => model !== "o5").map((row) => [row.requested_model, row.model]);
        assertEquals(names, Array(2).fill([requested, answered]));
      });
    }
  }
}

Deno.test("a refusal names the requested model, and the limit where that has another name", () => {
  const { tracker } = bench();
  tracker.setLimits({ default: { models: { "gpt-5.4": { requests_per_minute: 1 } } } });
  send(tracker, ok(10, { model: "gpt-5.4" }), { model: "our-chat" });
  assertMatch(
    refused(tracker, { model: "our-chat" }).message,
    /^Cannot reserve 1 request for model "our-chat", which answers as "gpt-5.4", in workspace "acme": 1 of 1/,
  );
  assertMatch(refused(tracker, { model: "gpt-5.4-2026-03-05" }).message, /for model "gpt-5.4-2026-03-05" in workspace/);
});
