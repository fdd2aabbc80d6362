/** Above the maximum, workspaces leave memory. What they have spent in the current week and month does not. */
import fc from "fast-check";
import { bench, ok, plan, send } from "../../../tests/api/fixture.ts";
import { assert, assertEquals, assertMatch } from "../../../tests/support/assert.ts";
import { ManualClock } from "../../../tests/support/clock.ts";
import { fakePricing } from "../../../tests/support/fake_pricing.ts";
import { usdNanos } from "../../../shared/money/money.ts";
import type { LimitsFile, OwnLimits } from "../../../shared/limits.ts";
import { NO_LIMITS } from "../../core/workspace_limits.ts";
import { type AttemptPlan, isRefusal } from "../../attempts/recorder.ts";
import type { HistoricLedger } from "../../ledger/history/port.ts";
import type { SpendCorrection } from "../../ledger/ledger.ts";
import { openMemoryLedger } from "../../ledger/memory/memory.ts";
import { REBUILD_MS } from "../rebuild.ts";

const MAX = 10;
const DAY = 86_400_000;

/** Tuesday, 10 November: there are three days before it and several after it in the same week and month. */
const NOW = Date.UTC(2026, 10, 10, 10);

/** One cent. */
const CENT: Partial<AttemptPlan> = { tokens: 1000, input_tokens: 10, output_cap: 990, model: "gpt-5.4" };

const DAY_WEEK_MONTH = { day: "1", week: "1", month: "1" };

type Made = ReturnType<typeof bench>;

function setUp(options: Parameters<typeof bench>[0] = {}): Made {
  const clock = new ManualClock(NOW);
  return bench({ limits: NO_LIMITS, pricing: fakePricing(), clock, max_workspaces: MAX, ...options });
}

const isInMemory = ({ tracker }: Made, id = "acme") => [...tracker.workspaceIds].includes(id);

/** The next day, calls of other workspaces take the place of those that were used longest ago. */
function drop(of: Made, id = "acme"): void {
  of.clock.advance(DAY);
  for (let n = 0; n < 2 * MAX && isInMemory(of, id); n++) {
    send(of.tracker, ok(), { workspace_id: `other-${of.clock.now()}-${n}` });
    of.clock.advance(1);
  }
  assert(!isInMemory(of, id), `${id} is still in memory`);
}

/** The spend of each budget, and its calls of unknown cost. */
function spent({ tracker }: Made, id = "acme") {
  return (tracker.status(id).budgets ?? []).map(({ scope, name, period, spent_usd, unpriced_calls }) => {
    return [name ?? scope, period, spent_usd.replace(/0{7}$/, ""), unpriced_calls];
  });
}

async function restarted(before: Made, ledger: HistoricLedger = before.ledger, file: LimitsFile = {}): Promise<Made> {
  await before.tracker.flushed();
  const after = setUp({ clock: before.clock, ledger });
  after.tracker.setLimits(file);
  const data = await ledger.rebuild(before.clock.now() - REBUILD_MS, after.tracker.day.start_ms);
  await after.tracker.load(data);
  await after.tracker.loadSpend(data);
  return after;
}

const OF_ACME = [["workspace", "day", "0.00", 0], ["workspace", "week", "0.01", 0], ["workspace", "month", "0.01", 0]];

Deno.test("a budget that is set after its workspace was dropped knows what was spent, read or in use", () => {
  for (const where of ["workspaces", "default"]) {
    const made = setUp();
    send(made.tracker, ok(1000), CENT);
    drop(made);
    const own: OwnLimits = { budgets: DAY_WEEK_MONTH };
    made.tracker.setLimits(where === "default" ? { default: own } : { workspaces: { acme: own } });
    assertEquals(spent(made), OF_ACME);
    assertEquals(made.tracker.status("acme").spend, { day_usd: "0.000000000", unpriced_calls: 0 });
    send(made.tracker, ok(1000), CENT);
    assertEquals(spent(made).map(([, , usd]) => usd), ["0.01", "0.02", "0.02"]);
  }
});

Deno.test("a workspace that returns and is dropped again keeps the spend of both times", () => {
  const made = setUp();
  for (let time = 0; time < 3; time++) {
    send(made.tracker, ok(1000), CENT);
    drop(made);
  }
  made.tracker.setLimits({ workspaces: { acme: { budgets: DAY_WEEK_MONTH } } });
  assertEquals(spent(made).map(([, , usd]) => usd), ["0.00", "0.03", "0.03"]);
});

Deno.test("apps, models and runs of a dropped workspace keep their spend, under both names of a model", () => {
  const made = setUp();
  send(made.tracker, ok(1000, { model: "o5-2026-03-05" }), { ...CENT, model: "o5", app: 'b"o\nt', run: "nightly" });
  send(made.tracker, ok(2000), { ...CENT, app: "other" });
  drop(made);
  const month = { budgets: { month: "1" } };
  made.tracker.setLimits({
    workspaces: {
      acme: { apps: { 'b"o\nt': month }, models: { "o5-2026-03-05": month }, runs: { "*": month } },
    },
  });
  assertEquals(spent(made), [
    ["o5-2026-03-05", "month", "0.01", 0],
    ['b"o\nt', "month", "0.01", 0],
    ["nightly", "month", "0.01", 0],
  ]);
});

Deno.test("calls of unknown cost are remembered too, with or without a budget when they were sent", () => {
  for (const early of [false, true]) {
    const made = setUp();
    const budgets = { default: { budgets: DAY_WEEK_MONTH } };
    if (early) made.tracker.setLimits(budgets);
    send(made.tracker, ok(0, { model: "unknown-1" }), { ...CENT, model: "unknown-1", input_tokens: 0, output_cap: 0 });
    drop(made);
    made.tracker.setLimits(budgets);
    assertEquals(spent(made).map(([, , , unpriced]) => unpriced), [0, 1, 1]);
  }
});

Deno.test("the spend of a dropped workspace ends with its week and its month", () => {
  const made = setUp();
  send(made.tracker, ok(1000), CENT);
  drop(made);
  made.tracker.setLimits({ workspaces: { acme: { budgets: DAY_WEEK_MONTH } } });
  made.clock.advance(6 * DAY);
  assertEquals(spent(made).map(([, , usd]) => usd), ["0.00", "0.00", "0.01"]);
  made.clock.advance(14 * DAY);
  assertEquals(spent(made).map(([, , usd]) => usd), ["0.00", "0.00", "0.00"]);
});

Deno.test("a hard budget of all workspaces refuses what a dropped one has no money left for", () => {
  const made = setUp();
  made.tracker.setLimits({ default: { budgets: { week: "0.02" } } });
  for (let call = 0; call < 2; call++) send(made.tracker, ok(1000), CENT);
  for (let n = 0; n < 3; n++) drop(made, [...made.tracker.workspaceIds][1]);
  assert(!isInMemory(made));
  const refusal = made.tracker.reserve(plan(CENT));
  assert(isRefusal(refusal));
  assertMatch(refusal.message, /\$0\.02 is spent/);
});

Deno.test("workspaces with a budget and spend make room last, and for one that is new", () => {
  const made = setUp();
  made.tracker.setLimits({ default: { models: { "gpt-5.4": { budgets: { month: "1" } } } } });
  send(made.tracker, ok(1000), CENT);
  made.clock.advance(DAY);
  for (let n = 1; n < MAX - 1; n++) send(made.tracker, ok(0), { workspace_id: `free-${n}` });
  made.clock.advance(DAY);
  for (let n = 1; n < MAX - 1; n++) send(made.tracker, ok(1000), { ...CENT, workspace_id: `new-${n}` });
  assertEquals([isInMemory(made), isInMemory(made, "free-8"), isInMemory(made, "new-1")], [true, false, true]);
  send(made.tracker, ok(1000), { ...CENT, workspace_id: "last" });
  assertEquals([isInMemory(made), isInMemory(made, "last")], [false, true]);
  assertEquals(spent(made), [["gpt-5.4", "month", "0.01", 0]]);
});

Deno.test("a rule in observation counts what a dropped workspace has spent", () => {
  const made = setUp();
  made.tracker.setLimits({ default: { shadow: { budgets: { week: "0.015" } } } });
  send(made.tracker, ok(1000), CENT);
  drop(made);
  send(made.tracker, ok(1000), CENT);
  assertEquals(made.tracker.status("acme").shadow?.map(({ would_refuse }) => would_refuse), [1]);
});

Deno.test("a restart knows the spend of workspaces for which memory has no room", async () => {
  const made = setUp();
  send(made.tracker, ok(1000), { ...CENT, app: "bot" });
  send(made.tracker, ok(1000), { ...CENT, workspace_id: "zeta" });
  made.clock.advance(DAY);
  for (let n = 0; n < 3 * MAX; n++) send(made.tracker, ok(1000), { ...CENT, workspace_id: `w-${n % (MAX - 2)}` });
  await made.tracker.flushed();
  const ledger: HistoricLedger = made.ledger;
  const rebuild = ledger.rebuild.bind(ledger);
  // The order of the names decides which of them find room.
  ledger.rebuild = async (...span) => {
    const data = await rebuild(...span);
    return { ...data, workspaces: data.workspaces.toSorted().toReversed() };
  };
  const after = await restarted(made, ledger);
  assert(!isInMemory(after));
  after.tracker.setLimits({
    workspaces: { acme: { budgets: DAY_WEEK_MONTH, apps: { bot: { budgets: { month: "1" } } } } },
  });
  assertEquals(spent(after), [...OF_ACME, ["bot", "month", "0.01", 0]]);
  send(after.tracker, ok(1000), CENT);
  assertEquals(spent(after).map(([, , usd]) => usd), ["0.01", "0.02", "0.02", "0.01"]);
});

Deno.test("costs that another process corrects are in the spend of a dropped workspace", async () => {
  const found: SpendCorrection[] = [];
  const memory = openMemoryLedger();
  const ledger: HistoricLedger = Object.assign(memory, {
    corrections: (after: number) => Promise.resolve({ place: found.length, corrections: found.slice(after) }),
  });
  const made = setUp({ ledger });
  await made.tracker.loadSpend({ last_place: 0 });
  send(made.tracker, ok(1000), { ...CENT, app: "bot" });
  send(made.tracker, ok(0, { model: "unknown-1" }), { ...CENT, model: "unknown-1", input_tokens: 0, output_cap: 0 });
  drop(made);
  const of = { workspace_id: "acme", run: null, started_at_ms: NOW, attempt_place: 1 };
  const priced = { app: null, requested_model: "unknown-1", model: "unknown-1", unpriced: -1 };
  const dearer = { app: "bot", requested_model: "gpt-5.4", model: "gpt-5.4", unpriced: 0 };
  found.push({ ...of, ...dearer, place: 1, difference: usdNanos(20_000_000n) });
  found.push({ ...of, ...priced, place: 2, difference: usdNanos(40_000_000n) });
  await made.tracker.takeCorrections();
  assert(!isInMemory(made), "a correction brings nothing back into memory");
  made.tracker.setLimits({
    workspaces: { acme: { budgets: DAY_WEEK_MONTH, apps: { bot: { budgets: { month: "1" } } } } },
  });
  assertEquals(spent(made), [
    ["workspace", "day", "0.00", 0],
    ["workspace", "week", "0.07", 0],
    ["workspace", "month", "0.07", 0],
    ["bot", "month", "0.03", 0],
  ]);
});

Deno.test("a report of an attempt before the drop adds to what was spent", async () => {
  const made = setUp();
  send(made.tracker, ok(1000), CENT);
  drop(made);
  const { tokens: _, input_tokens: __, ...known } = plan(CENT);
  const { error_message: _m, limit_headers: _h, ...result } = ok(1000);
  const row = { ...known, ...result, model: "gpt-5.4", started_at_ms: NOW + 1 };
  assertEquals(await made.tracker.report(row, { limit_headers: {}, error_message: null }), true);
  made.tracker.setLimits({ workspaces: { acme: { budgets: DAY_WEEK_MONTH } } });
  assertEquals(spent(made).map(([, , usd]) => usd), ["0.00", "0.02", "0.02"]);
});

Deno.test("a notice is sent once, also where its workspace leaves memory and returns, or the service restarts", async () => {
  const made = setUp();
  const file = { default: { budgets: { month: "0.0105" } } };
  made.tracker.setLimits(file);
  send(made.tracker, ok(1000), CENT);
  made.clock.advance(1000);
  const titles = async () => (await made.ledger.notices("acme", 10)).map(({ title }) => title);
  assertEquals(await titles(), ["Close to the limit"]);
  made.clock.advance(DAY);
  for (let day = 0; day < 2; day++) {
    for (let n = 1; n < MAX; n++) send(made.tracker, ok(0), { workspace_id: `other-${day}-${n}` });
    made.clock.advance(DAY);
  }
  assert(!isInMemory(made));
  send(made.tracker, ok(1), { ...CENT, output_cap: 0 });
  made.clock.advance(1000);
  assertEquals(await titles(), ["Close to the limit"]);
  const after = await restarted(made, made.ledger, file);
  made.clock.advance(1000);
  send(after.tracker, ok(1), { ...CENT, output_cap: 0 });
  made.clock.advance(1000);
  assertEquals(await titles(), ["Close to the limit"]);
});

Deno.test("a budget that is set for a dropped workspace notifies its users", async () => {
  const made = setUp();
  send(made.tracker, ok(1000), CENT);
  drop(made);
  made.tracker.setLimits({ workspaces: { acme: { budgets: { month: "0.01" } } } });
  made.clock.advance(1000);
  assertEquals((await made.ledger.notices("acme", 10)).map(({ title }) => title), ["Quota used up"]);
});

Deno.test("property: budgets that are set at any time show the spend of all calls, also of dropped workspaces", () =>
  fc.assert(fc.asyncProperty(steps, async (steps) => {
    let made = setUp();
    const spends = new Map<string, number>();
    for (const { id, cents, hours, restarts } of steps) {
      const workspace_id = `w-${id}`;
      const decision = made.tracker.reserve(plan({ ...CENT, workspace_id, app: "bot" }));
      if (!isRefusal(decision)) {
        decision.settle(ok(cents * 1000));
        spends.set(workspace_id, (spends.get(workspace_id) ?? 0) + cents);
      }
      made.clock.advance(hours * 3_600_000);
      if (restarts) made = await restarted(made);
    }
    const month = { budgets: { month: "9" } };
    made.tracker.setLimits({ default: { ...month, apps: { bot: month } } });
    for (const [id, cents] of spends) {
      const usd = (cents / 100).toFixed(2);
      assertEquals(spent(made, id).map(([name, , usd]) => [name, usd]), [["workspace", usd], ["bot", usd]], id);
    }
  })));

const steps = fc.array(
  fc.record({
    id: fc.integer({ min: 0, max: 2 * MAX }),
    cents: fc.integer({ min: 1, max: 5 }),
    hours: fc.integer({ min: 0, max: 12 }),
    restarts: fc.nat(15).map((one) => one === 0),
  }),
  { maxLength: 40 },
);
