import * as fc from "fast-check";
import { bench, ok, plan, reserve, send } from "../../../tests/api/fixture.ts";
import { assert, assertEquals, assertMatch } from "../../../tests/support/assert.ts";
import { ManualClock } from "../../../tests/support/clock.ts";
import { fakePricing } from "../../../tests/support/fake_pricing.ts";
import { remoteLiveStore } from "../../../tests/support/remote_live_store.ts";
import type { OwnLimits } from "../../../shared/limits.ts";
import { addUsd, formatUsd, parseUsd } from "../../../shared/money/money.ts";
import { NO_LIMITS } from "../../core/workspace_limits.ts";
import { type AttemptPlan, isRefusal, type Permit, type Refusal } from "../../attempts/recorder.ts";
import { openMemoryLedger } from "../../ledger/memory/memory.ts";
import { openMemoryLiveStore } from "../../live/memory/memory_store.ts";
import { REBUILD_MS } from "../rebuild.ts";
import { Tracker } from "../tracker.ts";
import { MAX_COUNTERS } from "./workspace_spend.ts";

const MODEL = "gpt-5.4";

/** Holds one cent: 10 tokens of input and at most 990 of output. */
const CENT: Partial<AttemptPlan> = { tokens: 1000, input_tokens: 10, output_cap: 990, model: MODEL };

function setUp(own: OwnLimits, options: Parameters<typeof bench>[0] = {}) {
  const made = bench({ limits: NO_LIMITS, pricing: fakePricing(), ...options });
  made.tracker.setLimits({ workspaces: { acme: own } });
  return made;
}

const hard = (day: string): OwnLimits => ({ budgets: { day } });

const budgets = (tracker: Pick<Tracker, "status">) => {
  return (tracker.status("acme").budgets ?? []).map(({ scope, name, period, spent_usd, reserved_usd, limit_usd }) => {
    return [name ?? scope, period, ...[spent_usd, reserved_usd, limit_usd].map((text) => text.replace(/0{7}$/, ""))];
  });
};

function refused(tracker: Tracker, over: Partial<AttemptPlan> = CENT): Refusal {
  const decision = tracker.reserve(plan(over));
  assert(isRefusal(decision), "it was let through");
  return decision;
}

/** A tracker that starts with the ledger of another one. */
async function restarted(before: ReturnType<typeof bench>, own: OwnLimits, timezone = "UTC") {
  await before.tracker.flushed();
  const after = setUp(own, { clock: before.clock, ledger: before.ledger, timezone });
  const data = await before.ledger.rebuild(before.clock.now() - REBUILD_MS, after.tracker.day.start_ms);
  await after.tracker.load(data);
  await after.tracker.loadSpend(data);
  return after;
}

Deno.test("of 512 calls at once, a dollar lets through as many as it pays for at their worst", () => {
  const { tracker } = setUp(hard("1"));
  const decisions = Array.from({ length: 512 }, () => tracker.reserve(plan(CENT)));
  const permits = decisions.filter((decision) => !isRefusal(decision));
  assertEquals(permits.length, 100);
  assertEquals(budgets(tracker), [["workspace", "day", "0.00", "1.00", "1.00"]]);
  for (const permit of permits) (permit as Permit).settle(ok(1000));
  assertEquals(budgets(tracker), [["workspace", "day", "1.00", "0.00", "1.00"]]);
  assertEquals(refused(tracker).refused, "workspace_budget_exceeded");
});

Deno.test("property: a dollar is never passed by calls that name their maximum, whenever they end and restart", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 990 }), fc.integer({ min: 0, max: 3 })), {
        minLength: 512,
        maxLength: 512,
      }),
      async (calls) => {
        let made = setUp(hard("1"));
        const open: [Permit, number][] = [];
        for (const [at, [output, event]] of calls.entries()) {
          const decision = made.tracker.reserve(plan(CENT));
          if (!isRefusal(decision)) open.push([decision, 10 + output]);
          if (event === 0) open.splice(0).forEach(([permit, tokens]) => permit.settle(ok(tokens)));
          if (at % 200 === 199) {
            open.splice(0).forEach(([permit, tokens]) => permit.settle(ok(tokens)));
            const before = budgets(made.tracker);
            made = await restarted(made, hard("1"));
            assertEquals(budgets(made.tracker), before);
          }
          const { spent_usd, reserved_usd } = made.tracker.status("acme").budgets![0];
          assert(addUsd(parseUsd(spent_usd)!, parseUsd(reserved_usd)!) <= parseUsd("1")!);
        }
      },
    ),
    { numRuns: 5 },
  ));

Deno.test("calls that name no maximum hold what recent answers suggest, and the bound of their excess is shown", () => {
  const { tracker } = setUp(hard("1"));
  const open = { ...CENT, output_cap: null };
  const permits = Array.from({ length: 512 }, () => tracker.reserve(plan(open))).filter((each) => !isRefusal(each));
  const { limit_usd, overshoot_usd } = tracker.status("acme").budgets![0];
  assert(permits.length < 512);
  for (const permit of permits) (permit as Permit).settle(ok(20_000));
  const { spent_usd, overshoot_usd: rest } = tracker.status("acme").budgets![0];
  assert(parseUsd(spent_usd)! > parseUsd(limit_usd)!);
  assert(
    parseUsd(spent_usd)! <= addUsd(parseUsd(limit_usd)!, parseUsd(overshoot_usd!)!),
    `${spent_usd} ${overshoot_usd}`,
  );
  assertEquals(rest, undefined);
});

Deno.test("a maximum that would lock most calls out holds an estimate, too", () => {
  const { tracker } = setUp(hard("1"));
  reserve(tracker, { ...CENT, output_cap: 128_000 });
  const [{ reserved_usd, overshoot_usd }] = tracker.status("acme").budgets!;
  assertEquals([reserved_usd, overshoot_usd], ["0.010000000", "1.270100000"]);
});

Deno.test("a refusal says which budget, the amounts and when it opens", () => {
  const { tracker, clock } = setUp({
    budgets: { day: "5", week: "0.02" },
    apps: { bot: { budgets: { month: "0.01" } } },
  });
  send(tracker, ok(1000), CENT);
  reserve(tracker, { ...CENT, app: "bot" });
  const { message, retry_after_ms, ...rest } = refused(tracker, { ...CENT, app: "bot" });
  assertEquals(rest, { refused: "workspace_budget_exceeded" });
  assertMatch(
    message,
    /^Cannot reserve \$0\.01 in workspace "acme" from the \$0\.02 budget of the workspace for this week: /,
  );
  assertMatch(message, /\$0\.01 is spent, \$0\.01 is reserved for calls in flight\. Nothing was sent to OpenAI\./);
  const { resets_at } = tracker.status("acme").budgets![1];
  assert(message.includes(`It may have room when calls in flight have ended; a new period begins at ${resets_at}.`));
  assertEquals(retry_after_ms, Date.parse(resets_at) - clock.now());
});

Deno.test("budgets of apps, models and runs stop their calls alone, and each of the others has its own", () => {
  const { tracker } = setUp({
    apps: { bot: { budgets: { day: "0.01" } } },
    models: { o5: { budgets: { day: "0.02" } } },
    runs: { "*": { budgets: { day: "0.01" } } },
  });
  send(tracker, ok(1000), { ...CENT, app: "bot" });
  send(tracker, ok(1000, { model: "o5-2026-03-05" }), { ...CENT, model: "o5" });
  send(tracker, ok(1000), { ...CENT, model: "o5-2026-03-05" });
  for (const run of ["a", "b"]) send(tracker, ok(1000), { ...CENT, run });
  assertMatch(refused(tracker, { ...CENT, app: "bot" }).message, /budget of app "bot" for today/);
  assertEquals(refused(tracker, { ...CENT, model: "o5" }).model, "o5");
  assertMatch(refused(tracker, { ...CENT, run: "b" }).message, /run "b"/);
  send(tracker, ok(1000), { ...CENT, app: "other", run: "c" });
  assertEquals(budgets(tracker).map(([name, , spent]) => [name, spent]), [
    ...[["o5", "0.02"], ["bot", "0.01"], ["a", "0.01"], ["b", "0.01"], ["c", "0.01"]],
  ]);
  const { status, cause } = tracker.status("acme");
  assertEquals([status, cause?.code, cause?.model, cause?.fix], ["quota_exceeded", "budget_day", "o5", "raise_budget"]);
  assertEquals(tracker.availability("acme").available, true);
  assertEquals(tracker.availability("acme", "o5").available, false);
});

Deno.test("a spent app is a warning, because the others go on", () => {
  const { tracker } = setUp({ apps: { bot: { budgets: { day: "0.01" } } } });
  send(tracker, ok(1000), { ...CENT, app: "bot" });
  const { status, cause } = tracker.status("acme");
  assertEquals([status, cause?.budget, cause?.message], [
    ...["warning", { scope: "app", name: "bot" }, '$0.01 of the $0.01 budget of app "bot" for today is spent'],
  ]);
});

Deno.test("a soft budget warns and refuses nothing", () => {
  const { tracker } = setUp({ budgets: { day: "0.01" }, budget_mode: "soft" });
  for (let call = 0; call < 3; call++) send(tracker, ok(1000), CENT);
  const { status, budgets: [{ mode, percentage }] = [] as never } = tracker.status("acme");
  assertEquals([status, mode, percentage], ["warning", "soft", 300]);
});

Deno.test("a rest that is too small for a call is a full budget until a cheaper call fits", () => {
  const { tracker } = setUp(hard("0.015"));
  send(tracker, ok(1000), CENT);
  assertEquals(tracker.status("acme").status, "normal");
  refused(tracker);
  assertEquals(tracker.status("acme").status, "quota_exceeded");
  assertEquals(tracker.availability("acme").available, true);
  send(tracker, ok(100), { ...CENT, tokens: 100, output_cap: 90 });
  assertEquals(tracker.status("acme").status, "normal");
});

Deno.test("the observe mode refuses nothing", () => {
  const { tracker } = setUp(hard("0.01"), { mode: "observe" });
  for (let call = 0; call < 3; call++) send(tracker, ok(1000), CENT);
  assertEquals(budgets(tracker), [["workspace", "day", "0.03", "0.00", "0.01"]]);
});

Deno.test("another amount keeps what was spent, and a budget that is new knows it", () => {
  const { tracker } = setUp({});
  send(tracker, ok(1000), { ...CENT, app: "bot" });
  tracker.setLimits({ default: { budgets: { day: "0.015" } }, workspaces: { acme: { apps: { bot: hard("3") } } } });
  assertEquals(budgets(tracker), [["workspace", "day", "0.01", "0.00", "0.015000000"], [
    "bot",
    "day",
    "0.01",
    "0.00",
    "3.00",
  ]]);
  refused(tracker);
  tracker.setLimits({ default: { budgets: { day: "9" } }, workspaces: { acme: { budgets: { day: null } } } });
  assertEquals(budgets(tracker), []);
  send(tracker, ok(1000), CENT);
  assertEquals(tracker.status("acme").spend, { day_usd: "0.020000000", unpriced_calls: 0 });
});

Deno.test("a raise lifts limits and budgets until its end, and lowers none", () => {
  const clock = new ManualClock();
  const until = new Date(clock.now() + 3_600_000).toISOString();
  const { tracker } = setUp({
    budgets: { day: "0.01", week: "3" },
    requests_per_day: 1,
    raises: [{ until, day: "0.02", week: "1", requests_per_day: 5, tokens_per_day: 1 }],
  }, { clock });
  send(tracker, ok(1000), CENT);
  send(tracker, ok(1000), CENT);
  assertMatch(refused(tracker).message, /\$0\.02 budget/);
  assertEquals(tracker.status("acme").stats.requests_per_day?.limit, 5);
  assertEquals(budgets(tracker).map(([, , , , limit]) => limit), ["0.02", "3.00"]);
  clock.advance(3_600_000);
  tracker.tick();
  assertEquals(budgets(tracker).map(([, , , , limit]) => limit), ["0.01", "3.00"]);
  assertEquals(tracker.limits("acme").limits.requests_per_day, 1);
});

Deno.test("rules in observation count the calls that they would refuse, and refuse none", () => {
  const { tracker } = setUp({
    shadow: {
      requests_per_minute: 2,
      models: { o5: { tokens_per_day: 1500 } },
      budgets: { day: "0.03" },
      apps: { "*": { budgets: { month: "0.01" }, budget_mode: "soft" } },
    },
  });
  for (const app of ["a", "a", "b"]) send(tracker, ok(1000), { ...CENT, app });
  for (let call = 0; call < 2; call++) send(tracker, ok(1000), { ...CENT, model: "o5" });
  const { shadow, status, budgets: shown } = tracker.status("acme");
  assertEquals(
    shadow!.map(({ scope, name, rule, limit, would_refuse }) => [name ?? scope, rule, limit, would_refuse]),
    [
      ["workspace", "requests_per_minute", "2", 3],
      ["o5", "tokens_per_day", "1500", 1],
      ["workspace", "budget_day", "0.030000000", 2],
      ["*", "budget_month", "0.010000000", 1],
    ],
  );
  assertEquals([status, shown], ["normal", undefined]);
});

Deno.test("a call of unknown cost is charged what was held for it, before a restart and after it", async () => {
  const own: OwnLimits = { ...hard("1"), models: { "unknown-1": hard("1") } };
  const made = setUp(own);
  send(made.tracker, ok(1000, { model: "unknown-1" }), { ...CENT, model: "unknown-1" });
  const before = budgets(made.tracker);
  assertEquals(before[0], ["workspace", "day", "0.01", "0.00", "1.00"]);
  assertEquals(made.tracker.status("acme").budgets![0].unpriced_calls, 1);
  const after = await restarted(made, own);
  assertEquals(budgets(after.tracker), before);
  assertEquals(after.tracker.status("acme").spend, made.tracker.status("acme").spend);
  const [row] = await made.ledger.attempts("acme", 1);
  assertEquals([row.cost_usd_nanos, row.unpriced, formatUsd(row.charged_usd_nanos!)], [
    null,
    "unknown_model",
    "0.010000000",
  ]);
});

Deno.test("calls without a worst case hold what such calls have cost", () => {
  const { tracker } = setUp(hard("1"));
  const image = { endpoint: "images/generations", model: "gpt-image-2", tokens: 0, input_tokens: 0 };
  send(tracker, ok(4000), image);
  const permits = Array.from({ length: 100 }, () => tracker.reserve(plan(image))).filter((each) => !isRefusal(each));
  assertEquals(permits.length, 24);
});

Deno.test("a call that was not sent gives its money back, and so does one that another limit refuses", async () => {
  const { tracker } = setUp(hard("1"));
  reserve(tracker, CENT).release(null);
  assertEquals(budgets(tracker), [["workspace", "day", "0.00", "0.00", "1.00"]]);
  tracker.setLimits({ workspaces: { acme: { ...hard("1"), requests_per_minute: 0 } } });
  assertEquals(refused(tracker).refused, "workspace_rate_limited");
  assertEquals(budgets(tracker), [["workspace", "day", "0.00", "0.00", "1.00"]]);
  const clock = new ManualClock();
  const life = { failure: null as Error | null };
  const live = remoteLiveStore(openMemoryLiveStore("UTC"), () => life.failure);
  const options = { clock, ledger: openMemoryLedger(), limits: NO_LIMITS, warning_ratio: 0.9, timezone: "UTC" };
  const remote = new Tracker({ ...options, live, mode: "enforce", pricing: fakePricing() });
  remote.setLimits({ workspaces: { acme: { ...hard("0.02"), requests_per_minute: 1 } } });
  const decisions = await Promise.all([1, 2, 3].map(() => remote.reserve(plan(CENT))));
  assertEquals(decisions.map((each) => isRefusal(each) ? each.refused : "permit"), [
    ...["permit", "workspace_rate_limited", "workspace_budget_exceeded"],
  ]);
  life.failure = new Error("away");
  await Promise.resolve(remote.reserve(plan(CENT))).catch(() => {});
  life.failure = null;
  assertEquals(budgets(remote), [["workspace", "day", "0.00", "0.01", "0.02"]]);
});

Deno.test("a lease of another process holds money, and its report is the cost", async () => {
  const { tracker } = setUp({ runs: { nightly: hard("0.01") } });
  const leased = plan({ ...CENT, run: "nightly" });
  assert(!isRefusal(await tracker.lease(leased)));
  assert(isRefusal(await tracker.lease(plan({ ...CENT, run: "nightly" }))));
  assertEquals(tracker.release(leased.id), true);
  assert(!isRefusal(await tracker.lease(plan({ ...CENT, run: "nightly" }))));
});

for (const zone of ["Europe/Berlin", "America/New_York", "Pacific/Auckland"]) {
  Deno.test(`days, weeks and months begin at midnight in ${zone}, also where a clock changes; a restart knows them`, async () => {
    for (
      const instant of [
        "2026-03-29",
        "2026-10-25",
        "2026-03-08",
        "2026-11-01",
        "2026-04-05",
        "2026-09-27",
        "2027-01-31",
      ]
    ) {
      const noon = Temporal.PlainDate.from(instant).toZonedDateTime({ timeZone: zone, plainTime: "12:00" });
      const clock = new ManualClock(noon.epochMilliseconds);
      const own: OwnLimits = { budgets: { day: "0.01", week: "0.01", month: "0.01" } };
      const made = setUp(own, { clock, timezone: zone });
      send(made.tracker, ok(1000), CENT);
      const ends = made.tracker.status("acme").budgets!.map(({ resets_at }) => Date.parse(resets_at));
      assertEquals(ends.map((end_ms) => textAt(end_ms, zone)), expectedEnds(noon));
      for (const end_ms of new Set(ends.sort((a, b) => a - b))) {
        clock.advance(end_ms - 1 - clock.now());
        refused(made.tracker);
        const after = await restarted(made, own, zone);
        assertEquals(budgets(after.tracker), budgets(made.tracker));
        clock.advance(1);
      }
      send(made.tracker, ok(1000), CENT);
      assertEquals(budgets(made.tracker).map(([, , spent]) => spent), ["0.01", "0.01", "0.01"]);
    }
  });
}

function expectedEnds(noon: Temporal.ZonedDateTime): string[] {
  const date = noon.toPlainDate();
  const monday = date.add({ days: 8 - date.dayOfWeek });
  return [date.add({ days: 1 }), monday, date.with({ day: 1 }).add({ months: 1 })].map((day) => `${day}T00:00:00`);
}

function textAt(ms: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDateTime().toString();
}

Deno.test("names that callers invent do not grow the counters, and a configured one is not forgotten", () => {
  const { tracker } = setUp({ runs: { kept: hard("0.01") }, budgets: { month: "999999" } });
  send(tracker, ok(1000), { ...CENT, run: "kept" });
  for (let n = 0; n < 2 * MAX_COUNTERS.runs; n++) send(tracker, ok(1), { ...CENT, run: `run ${n}` });
  refused(tracker, { ...CENT, run: "kept" });
});
