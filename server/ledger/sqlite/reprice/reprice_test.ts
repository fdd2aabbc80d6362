import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { attempt } from "../../../../tests/contracts/ledger_contract.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../../../tests/support/assert.ts";
import { withTempFolder } from "../../../../tests/support/temp.ts";
import { HISTORY_DIMENSIONS } from "../../../../shared/history/history_names.ts";
import { formatUsd, type UsdNanos, usdNanos } from "../../../../shared/money/money.ts";
import { type AttemptRow, LedgerError } from "../../ledger.ts";
import { checkLedger } from "../care.ts";
import { connect } from "../connect.ts";
import { readHistory } from "../history/reader.ts";
import { shortenHistory } from "../history/shorten.ts";
import { HistoryWriter } from "../history/writer.ts";
import { AttemptPruner } from "../prune.ts";
import { migrate } from "../schema.ts";
import { openSqliteLedger } from "../sqlite.ts";
import { LedgerWriter } from "../write/writer.ts";
import { isChange } from "./cost_change.ts";
import { previewRepricing, reprice } from "./reprice.ts";

const DAY = 86_400_000;
const BERLIN = "Europe/Berlin";
/** The first and the last instant of the attempts. In the night between, Berlin's clocks change. */
const FROM = Date.parse("2026-10-24T00:00:00Z"), TO = Date.parse("2026-10-27T00:00:00Z");

let lastId = 0;

const rows: fc.Arbitrary<AttemptRow> = fc.record({
  workspace_id: fc.constantFrom("acme", "beta"),
  model: fc.constantFrom("gpt-5.4", "gpt-5.4-mini", 'odd "name"', null),
  app: fc.constantFrom("nightly", null),
  key_id: fc.constantFrom("k1", null),
  service_tier: fc.constantFrom("flex", null),
  outcome: fc.constantFrom("ok" as const, "failed" as const),
  started_at_ms: fc.integer({ min: FROM, max: TO - 1 }),
  cost: fc.constantFrom(
    { cost_usd_nanos: null, unpriced: null },
    { cost_usd_nanos: null, unpriced: "unknown_model" },
    { cost_usd_nanos: null, unpriced: "unknown_tier", charged_usd_nanos: usdNanos(77n) },
    { cost_usd_nanos: usdNanos(0n), unpriced: null },
    { cost_usd_nanos: usdNanos(123_456_789_012n), unpriced: null },
  ),
}).map(({ cost, ...change }) => attempt({ id: `reprice-${++lastId}`, ...change, ...cost }));

/** Prices by the length of the model's name; none of a model without a name, or of the `without` one. */
function pricing(factor: bigint, without: string | null) {
  return (row: AttemptRow) => {
    const { model, usage: { total_tokens } } = row;
    if (model === null || model === without) row.unpriced = "unknown_model";
    else row.cost_usd_nanos = usdNanos(factor * BigInt(model.length * total_tokens));
  };
}

/** A file with these attempts and their sums, those before an instant joined to days. */
function withRows(
  rows: readonly AttemptRow[],
  use: (path: string) => void | Promise<void>,
  shorten_before_ms = 0,
): Promise<void> {
  return withTempFolder(async (folder) => {
    const path = `${folder}/quota.db`;
    const db = connect(path);
    migrate(db);
    new LedgerWriter(db).commit(rows.map((row) => ({ kind: "attempt", row })));
    const writer = new HistoryWriter(db);
    while (writer.flush() > 0);
    shortenHistory(db, { minutes_from_ms: shorten_before_ms, quarters_from_ms: shorten_before_ms, zone: BERLIN });
    db.close();
    await use(path);
  });
}

const NOTE = { at_ms: 1, prices: "test", actor: "me" };
const ALL = { from_ms: 0, to_ms: Number.MAX_SAFE_INTEGER, workspace_id: null };

type Span = Partial<Pick<Parameters<typeof reprice>[1], "from_ms" | "to_ms" | "workspace_id">>;

/** Reprices a file. @returns how many attempts changed. */
async function run(
  path: string,
  price: (row: AttemptRow) => void,
  span: Span = {},
  pause: () => void | Promise<void> = () => {},
): Promise<number> {
  let changed = 0;
  const visit = (change: Parameters<typeof isChange>[0]) => void (changed += Number(isChange(change)));
  await reprice(path, { ...ALL, ...span, price, visit }, { note: NOTE, pause: () => Promise.try(pause) });
  return changed;
}

type Values = Record<string, string | number | null>;

/** Reads with a connection of its own: SQLite is independent of the sums that are tested. */
function query(path: string, sql: string, ...values: (string | number)[]): Values[] {
  using db = new DatabaseSync(path, { readOnly: true });
  return db.prepare(sql).all(...values).map((row) => ({ ...row }) as Values);
}

const COSTS = `SELECT id, CAST(cost_usd_nanos AS TEXT) AS cost, unpriced, CAST(charged_usd_nanos AS TEXT) AS charged
  FROM attempts ORDER BY seq`;

const COLUMN_OF = { workspace: "workspace_id", key: "key_id", tier: "service_tier" } as Record<string, string>;

/** History equals what SQLite adds up over the attempts: by each dimension, in days of two zones. */
function assertSums(path: string): void {
  assertEquals(checkLedger(path).faults, []);
  using db = new DatabaseSync(path, { readOnly: true });
  for (const zone of ["UTC", BERLIN]) {
    const starts_ms = [0, 1, 2].map((day) =>
      FROM + day * DAY + (zone === BERLIN ? (day < 2 ? -2 : -1) * 3_600_000 : 0)
    );
    const end_ms = TO + DAY;
    for (const by of HISTORY_DIMENSIONS) {
      const asked = { workspaces: null, filters: {}, starts_ms, end_ms, unit: "quarter" as const, by, top: 50 };
      const { groups } = readHistory(db, asked);
      const found = groups.map(({ group, totals }) => [group, totals.cost_usd, totals.unpriced_calls]);
      const sql = `SELECT ${COLUMN_OF[by] ?? by} AS name, CAST(sum(cost_usd_nanos) AS TEXT) AS cost,
        sum(cost_usd_nanos IS NULL) AS unpriced FROM attempts WHERE started_at_ms >= ? AND started_at_ms < ? GROUP BY 1`;
      const expected = query(path, sql, starts_ms[0], end_ms).map(({ name, cost, unpriced }) => {
        return [name, formatUsd(BigInt(cost ?? 0) as UsdNanos), unpriced];
      });
      const byName = (a: unknown[], b: unknown[]) => String(a[0]) < String(b[0]) ? -1 : 1;
      assertEquals(found.sort(byName), expected.sort(byName));
    }
  }
}

Deno.test("after a run, history is the sum of the attempts in every group and zone; a second run changes nothing", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(rows, { minLength: 1, maxLength: 60 }),
      fc.bigInt({ min: 0n, max: 10n ** 9n }),
      fc.constantFrom(null, "gpt-5.4"),
      async (added, factor, without) => {
        await withRows(added, async (path) => {
          const before = query(path, COSTS);
          const price = pricing(factor, without);
          const preview: string[] = [];
          previewRepricing(path, {
            ...ALL,
            price,
            visit: (change) => void (isChange(change) && preview.push(change.row.id)),
          });
          assertEquals(query(path, COSTS), before);
          const first = await run(path, price);
          assertEquals(first, preview.length);
          const after = query(path, COSTS);
          for (const [at, { cost, unpriced }] of after.entries()) {
            const expected = { ...added[at], cost_usd_nanos: null, unpriced: null };
            price(expected);
            assertEquals([cost, unpriced], [
              (expected.cost_usd_nanos as bigint | null)?.toString() ?? null,
              expected.unpriced,
            ]);
          }
          assertSums(path);
          assertEquals(await run(path, price), 0);
          assertEquals(query(path, COSTS), after);
          // Another run, and then back through what was believed before each of them.
          await run(path, pricing(factor + 1n, null));
          assertSums(path);
          assertEquals(believedFirst(path, before), before);
        });
      },
    ),
    { numRuns: 25 },
  ));

/** The costs before the first repricing: the last run that replaced a cost is undone first. */
function believedFirst(path: string, { length }: Values[]): Values[] {
  const costs = new Map(query(path, COSTS).map((row) => [row.id, row]));
  if (query(path, "SELECT 1 FROM sqlite_schema WHERE name = 'believed_costs'").length > 0) {
    const sql = `SELECT a.id, CAST(b.cost_usd_nanos AS TEXT) AS cost, b.unpriced,
      CAST(b.charged_usd_nanos AS TEXT) AS charged
      FROM believed_costs b JOIN attempts a ON a.seq = b.attempt ORDER BY b.repricing DESC`;
    for (const row of query(path, sql)) costs.set(row.id, row);
  }
  assertEquals(costs.size, length);
  return [...costs.values()];
}

Deno.test("sums that have become days are corrected, too", () =>
  withRows(
    fc.sample(rows, { numRuns: 200, seed: 7 }),
    async (path) => {
      assert(await run(path, pricing(3n, null)) > 100);
      const sums = (level: string) =>
        query(
          path,
          `SELECT CAST(sum(cost_usd_nanos) AS TEXT) AS cost, sum(unpriced_calls) AS unpriced FROM ${level}`,
        )[0];
      const ofAttempts = query(
        path,
        "SELECT CAST(sum(cost_usd_nanos) AS TEXT) AS cost, sum(cost_usd_nanos IS NULL) AS unpriced FROM attempts",
      )[0];
      assertEquals(sums("history WHERE level > 0"), ofAttempts);
      assert(Number(query(path, "SELECT count(*) AS n FROM history WHERE level = 2")[0].n) > 0);
      assertEquals(checkLedger(path).faults, []);
    },
    FROM + DAY,
  ));

Deno.test("only the span and the workspace that are asked for change", () => {
  const at = (started_at_ms: number, workspace_id = "acme") =>
    attempt({ id: `span-${++lastId}`, started_at_ms, workspace_id });
  return withRows([at(FROM - 1), at(FROM), at(TO - 1), at(TO), at(FROM, "beta")], async (path) => {
    assertEquals(await run(path, pricing(1n, null), { from_ms: FROM, to_ms: TO, workspace_id: "acme" }), 2);
    const costs = query(path, COSTS).map(({ cost }) => cost !== null);
    assertEquals(costs, [false, true, true, false, false]);
    assertSums(path);
  });
});

Deno.test("what is not known any more goes on counting in budgets; what is known replaces a charge", () => {
  const known = attempt({ id: "known-cost", cost_usd_nanos: usdNanos(500n) });
  const charged = attempt({
    id: "charged-cost",
    model: "gone",
    unpriced: "unknown_model",
    charged_usd_nanos: usdNanos(9n),
  });
  return withRows([known, charged], async (path) => {
    await run(path, (row) => {
      if (row.id === "known-cost") row.unpriced = "unknown_model";
      else row.cost_usd_nanos = usdNanos(3n);
    });
    assertEquals(query(path, COSTS), [
      { id: "known-cost", cost: null, unpriced: "unknown_model", charged: "500" },
      { id: "charged-cost", cost: "3", unpriced: null, charged: null },
    ]);
  });
});

const MANY = Array.from({ length: 60 }, (_, n) => attempt({ id: `many-${n}`, started_at_ms: FROM + n * 60_000 }));

Deno.test("a run that is stopped leaves a sound ledger, and the next one does the rest", () =>
  withRows(MANY, async (path) => {
    const stop = () => {
      throw new Error("stopped");
    };
    await assertRejects(() => run(path, pricing(2n, null), {}, stop), LedgerError, "stopped");
    assertSums(path);
    const rest = await run(path, pricing(2n, null));
    assert(rest > 0 && rest < MANY.length, String(rest));
    assertSums(path);
    assertEquals(query(path, "SELECT count(*) AS n FROM believed_costs")[0].n, MANY.length);
    assertEquals(query(path, "SELECT prices, actor, workspace_id FROM repricings").length, 2);
  }));

Deno.test("while another program writes, a run waits; an attempt that it changes is left to the next run", () =>
  withRows(MANY, async (path) => {
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    let waits = 0;
    const price = pricing(2n, null);
    const pause = () => {
      if (++waits === 1) other.exec("ROLLBACK");
      // One of the attempts that were read is changed before it is written.
      if (waits === 2) other.exec("UPDATE attempts SET unpriced = 'other' WHERE id = 'many-59'");
    };
    assertEquals(await run(path, price, {}, pause), MANY.length - 1);
    other.close();
    assertEquals(await run(path, price), 1);
    assertSums(path);
  }));

Deno.test("retention deletes what was believed with the attempt", () =>
  withRows(MANY, async (path) => {
    // The tables are made while the service has the file open.
    const db = connect(path);
    const pruner = new AttemptPruner(db);
    await run(path, pricing(2n, null));
    while (pruner.prune(FROM + 30 * 60_000) > 0);
    db.close();
    assertEquals(query(path, "SELECT count(*) AS n FROM believed_costs")[0].n, 30);
    assertEquals(checkLedger(path).faults, []);
  }));

Deno.test("beside a running service, attempts that it adds stay as they are, and its sums stay right", () =>
  withRows(MANY, async (path) => {
    const ledger = await openSqliteLedger(path);
    const added = Array.from({ length: 5 }, (_, n) => attempt({ id: `added-${n}`, started_at_ms: FROM + n * 60_000 }));
    await ledger.append({ kind: "attempt", row: added[0] });
    // The service writes its sums when it is asked for them.
    const asked = {
      workspaces: null,
      filters: {},
      starts_ms: [0],
      end_ms: TO,
      unit: "quarter" as const,
      by: null,
      top: 1,
    };
    await ledger.history.sums(asked);
    let appended = 1;
    const pause = async () => {
      const row = added[appended++];
      if (row) await ledger.append({ kind: "attempt", row });
    };
    assertEquals(await run(path, pricing(2n, null), {}, pause), 61);
    await ledger.close();
    assert(appended > 2);
    assertEquals(await run(path, pricing(2n, null)), Math.min(appended, 5) - 1);
    assertSums(path);
  }));

Deno.test("a service that does not write its sums, no ledger, and other tables are errors that say what to do", () =>
  withRows(MANY, async (path) => {
    const ledger = await openSqliteLedger(path);
    const { length } = query(path, "SELECT 1 FROM attempts");
    using db = new DatabaseSync(path);
    db.exec("UPDATE history_place SET attempt = 7");
    await assertRejects(() => run(path, pricing(2n, null)), LedgerError, `has not added ${length - 7} attempts`);
    await ledger.close();
    db.exec("PRAGMA user_version = 3");
    for (const wrong of [path, `${path}.none`]) {
      await assertRejects(() => run(wrong, pricing(2n, null)), LedgerError);
      assertThrows(() => previewRepricing(wrong, { ...ALL, price: () => {}, visit: () => {} }), LedgerError);
    }
    await assertRejects(() => run(path, pricing(2n, null)), LedgerError, "Start the service once before");
  }));
