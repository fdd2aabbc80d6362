/** A running service takes the costs that `npm run reprice` corrects in its ledger: it then counts as after a restart. */
import fc from "fast-check";
import type { LimitsFile, OwnLimits } from "../../shared/limits.ts";
import { usdNanos } from "../../shared/money/money.ts";
import { NO_LIMITS } from "../../server/core/workspace_limits.ts";
import type { HistoricLedger } from "../../server/ledger/history/port.ts";
import type { AttemptRow } from "../../server/ledger/ledger.ts";
import { reprice } from "../../server/ledger/sqlite/reprice/reprice.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { REBUILD_MS } from "../../server/tracker/rebuild.ts";
import { type Bench, bench, ok, send } from "../api/fixture.ts";
import { attempt } from "../contracts/ledger_contract.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { ManualClock } from "../support/clock.ts";
import { fakePricing } from "../support/fake_pricing.ts";
import { withTempFolder } from "../support/temp.ts";

/** A Saturday: the week began on the 16th, the month on the 1st. */
const NOW = Date.parse("2026-11-21T10:00:00Z");
const DAY = 86_400_000;

const all = { budgets: { day: "1000", week: "1000", month: "1000" }, budget_mode: "soft" } satisfies OwnLimits;
const OWN: OwnLimits = { ...all, apps: { "*": all }, runs: { "*": all }, models: { "gpt-5.4": all, "unknown-1": all } };

const FILE: LimitsFile = { workspaces: { acme: OWN } };

let lastId = 0;

const rows: fc.Arbitrary<AttemptRow> = fc.record({
  started_at_ms: fc.integer({ min: NOW - 25 * DAY, max: NOW - 1 }),
  model: fc.constantFrom("gpt-5.4", "unknown-1"),
  app: fc.constantFrom("bot", null),
  run: fc.constantFrom("nightly", null),
  cost: fc.constantFrom(
    { cost_usd_nanos: null, unpriced: null },
    { cost_usd_nanos: null, unpriced: "unknown_model", charged_usd_nanos: usdNanos(70_000_000n) },
    { cost_usd_nanos: usdNanos(123_456_789n), unpriced: null },
  ),
}).map(({ cost, ...change }) => attempt({ id: `repriced-${++lastId}`, ...change, ...cost }));

/** Everything that a status says about money. */
function money({ tracker }: Bench) {
  const { budgets = [], spend } = tracker.status("acme");
  const uses = budgets.map(({ scope, name, period, spent_usd, unpriced_calls }) => [
    ...[scope, name, period, spent_usd, unpriced_calls],
  ]);
  return { uses: uses.map((use) => JSON.stringify(use)).sort(), spend };
}

/** A service's tracker that starts with the ledger. */
async function started(ledger: HistoricLedger, file: LimitsFile = FILE, max_workspaces?: number): Promise<Bench> {
  const clock = new ManualClock(NOW);
  const made = bench({ limits: NO_LIMITS, pricing: fakePricing(), ledger, clock, max_workspaces });
  made.tracker.setLimits(file);
  const data = await ledger.rebuild(NOW - REBUILD_MS, made.tracker.day.start_ms);
  await made.tracker.load(data);
  await made.tracker.loadSpend(data);
  return made;
}

/** Reprices all attempts: `factor` nano-dollars each, and none for those of one model. */
async function run(path: string, ledger: HistoricLedger, factor: number, without: string | null): Promise<void> {
  // The service writes its sums when it is asked for them.
  const asked = {
    workspaces: null,
    filters: {},
    starts_ms: [0],
    end_ms: NOW,
    unit: "quarter" as const,
    by: null,
    top: 1,
  };
  await ledger.history.sums(asked);
  const price = (row: AttemptRow) => {
    if (row.model === without) row.unpriced = "unknown_model";
    else row.cost_usd_nanos = usdNanos(BigInt(factor));
  };
  const repricing = { from_ms: 0, to_ms: Number.MAX_SAFE_INTEGER, workspace_id: null, price, visit: () => {} };
  await reprice(path, repricing, { note: { at_ms: 0, prices: "test", actor: "me" }, pause: () => Promise.resolve() });
}

const runs = fc.record({
  factor: fc.integer({ min: 0, max: 900_000_000 }),
  without: fc.constantFrom("gpt-5.4", "unknown-1", null),
});

Deno.test("a running service counts corrected costs as after a restart, also those that change while it starts", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(rows, { minLength: 1, maxLength: 30 }),
      fc.array(runs, { minLength: 1, maxLength: 3 }),
      fc.array(fc.tuple(fc.nat(20), fc.boolean(), runs), { maxLength: 3 }),
      async (before, repricings, whileStarting) => {
        await withTempFolder(async (folder) => {
          const path = `${folder}/quota.db`;
          const ledger = await openSqliteLedger(path);
          await Promise.all(before.map((row) => ledger.append({ kind: "attempt", row })));
          const spend = ledger.spend.bind(ledger);
          let day = 0;
          ledger.spend = async (...span) => {
            const here = whileStarting.filter(([at]) => at === day);
            day++;
            for (const [, isBefore, { factor, without }] of here) {
              if (isBefore) await run(path, ledger, factor, without);
            }
            const found = await spend(...span);
            for (const [, isBefore, { factor, without }] of here) {
              if (!isBefore) await run(path, ledger, factor, without);
            }
            return found;
          };
          const service = await started(ledger);
          ledger.spend = spend;
          for (const model of ["gpt-5.4", "unknown-1"]) {
            send(service.tracker, ok(1000), { model, app: "bot", run: "r1" });
          }
          await service.tracker.flushed();
          for (const { factor, without } of repricings) {
            await run(path, ledger, factor, without);
            await service.tracker.takeCorrections();
            const expected = money(await started(ledger));
            assertEquals(money(service), expected);
            await service.tracker.takeCorrections();
            assertEquals(money(service), expected);
          }
          await ledger.close();
        });
      },
    ),
    { numRuns: 20 },
  ));

Deno.test("a workspace that is not in memory has corrected costs when it gets budgets", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(rows, { minLength: 1, maxLength: 30 }),
      fc.array(runs, { minLength: 1, maxLength: 3 }),
      fc.nat(2),
      async (before, repricings, budgetsAfter) => {
        await withTempFolder(async (folder) => {
          const path = `${folder}/quota.db`;
          const ledger = await openSqliteLedger(path);
          const old = before.filter(({ started_at_ms }) => started_at_ms < NOW - DAY);
          await Promise.all(old.map((row) => ledger.append({ kind: "attempt", row })));
          const service = await started(ledger, {}, 1);
          assertEquals([...service.tracker.workspaceIds], ["default"]);
          for (const [at, { factor, without }] of repricings.entries()) {
            await run(path, ledger, factor, without);
            await service.tracker.takeCorrections();
            if (at >= budgetsAfter || at === repricings.length - 1) service.tracker.setLimits(FILE);
          }
          assertEquals(money(service), money(await started(ledger)));
          await ledger.close();
        });
      },
    ),
    { numRuns: 20 },
  ));

Deno.test("listeners are told of a corrected budget", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/quota.db`;
    const ledger = await openSqliteLedger(path);
    await ledger.append({ kind: "attempt", row: attempt({ started_at_ms: NOW - 1 }) });
    const service = await started(ledger);
    const before = service.tracker.status("acme").seq;
    await run(path, ledger, 5_000_000, null);
    await service.tracker.takeCorrections();
    const { spend, seq } = service.tracker.status("acme");
    assertEquals(spend, { day_usd: "0.005000000", unpriced_calls: 0 });
    assert(seq > before, `${seq} after ${before}`);
    await ledger.close();
  }));
