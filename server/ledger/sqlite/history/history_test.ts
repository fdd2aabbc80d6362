import { DatabaseSync } from "node:sqlite";
import { attempt } from "../../../../tests/contracts/ledger_contract.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../../../tests/support/assert.ts";
import { withTempFolder } from "../../../../tests/support/temp.ts";
import { usdNanos } from "../../../../shared/money/money.ts";
import type { HistoryQuery } from "../../history/query.ts";
import { LedgerError } from "../../ledger.ts";
import { checkLedger } from "../care.ts";
import { connect } from "../connect.ts";
import { migrate } from "../schema.ts";
import { openSqliteLedger } from "../sqlite.ts";
import { LedgerWriter } from "../write/writer.ts";
import { readHistory } from "./reader.ts";
import { shortenHistory } from "./shorten.ts";
import { HistoryWriter } from "./writer.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;
const BERLIN = "Europe/Berlin";

/** A file with these attempts. */
function withRows(
  rows: readonly ReturnType<typeof attempt>[],
  use: (db: DatabaseSync, path: string) => void | Promise<void>,
): Promise<void> {
  return withTempFolder(async (folder) => {
    const path = `${folder}/quota.db`;
    const db = connect(path);
    migrate(db);
    new LedgerWriter(db).commit(rows.map((row) => ({ kind: "attempt", row })));
    try {
      await use(db, path);
    } finally {
      if (db.isOpen) db.close();
    }
  });
}

function queryOf(change: Partial<HistoryQuery>): HistoryQuery {
  return { workspaces: null, filters: {}, starts_ms: [0], end_ms: DAY, unit: "quarter", by: null, top: 10, ...change };
}

const cost_usd_nanos = usdNanos(1_000_000_001n);

Deno.test("a file from before history is read in batches, and asked meanwhile it says how much is missing", () => {
  const rows = Array.from({ length: 1_200 }, (_, n) => attempt({ id: `old-${n}`, started_at_ms: n * MINUTE / 2 }));
  return withRows(rows, (db) => {
    const writer = new HistoryWriter(db);
    assertEquals(writer.flush(), 700);
    const { totals, pending_attempts } = readHistory(db, queryOf({}));
    assertEquals([totals.attempts, pending_attempts], [500, 700]);
    // Attempts of this time are read from the file, too: counted from memory, they would count twice.
    const row = attempt({ id: "new", started_at_ms: 0 });
    new LedgerWriter(db).commit([{ kind: "attempt", row }]);
    writer.committed([{ kind: "attempt", row }]);
    while (writer.flush() > 0);
    assertEquals(readHistory(db, queryOf({})).totals.attempts, 1_201);
  });
});

Deno.test("after a crash the sums have each attempt once", () =>
  withRows([attempt({ id: "one", started_at_ms: 0 })], (db) => {
    const writer = new HistoryWriter(db);
    writer.flush();
    const row = attempt({ id: "two", started_at_ms: 0 });
    new LedgerWriter(db).commit([{ kind: "attempt", row }]);
    writer.committed([{ kind: "attempt", row }]);
    // The sums in memory are lost here.
    const next = new HistoryWriter(db);
    assertEquals(next.flush(), 0);
    assertEquals(readHistory(db, queryOf({})).totals.attempts, 2);
    next.flush();
    assertEquals(readHistory(db, queryOf({})).totals.attempts, 2);
  }));

Deno.test("sums that cannot be written are written later", () =>
  withRows([], (db, path) => {
    const writer = new HistoryWriter(db);
    writer.flush();
    const row = attempt({ id: "one", started_at_ms: 0 });
    new LedgerWriter(db).commit([{ kind: "attempt", row }]);
    writer.committed([{ kind: "attempt", row }]);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    assertThrows(() => writer.flush(), Error, "locked");
    other.exec("ROLLBACK");
    other.close();
    writer.flush();
    assertEquals(readHistory(db, queryOf({})).totals.attempts, 1);
  }));

Deno.test("shortened history has the same sums by day, of its zone, and again when it is shortened twice", () => {
  // Days of 23, 24 and 25 hours.
  const spans = ["2026-03-28", "2026-10-24"].map((date) => Date.parse(`${date}T00:00:00Z`) - 2 * 3_600_000);
  const rows = spans.flatMap((from) =>
    Array.from({ length: 288 }, (_, n) =>
      attempt({
        id: `${from}-${n}`,
        started_at_ms: from + n * 15 * MINUTE + n,
        cost_usd_nanos,
        workspace_id: `w${n % 3}`,
      }))
  );
  return withRows(rows, (db, path) => {
    const writer = new HistoryWriter(db);
    while (writer.flush() > 0);
    const days = spans.flatMap((from) =>
      [0, 1, 2].map((day) =>
        Temporal.Instant.fromEpochMilliseconds(from + 6 * 3_600_000 + day * DAY).toZonedDateTimeISO(BERLIN).startOfDay()
          .epochMilliseconds
      )
    );
    const query = queryOf({ starts_ms: days, end_ms: days.at(-1)! + DAY, by: "workspace" });
    const before = readHistory(db, query);
    assertEquals(before.totals.cost_usd, `${before.totals.attempts}.${`${before.totals.attempts}`.padStart(9, "0")}`);
    for (const quarters_from_ms of [days[2], days[5]]) {
      shortenHistory(db, { minutes_from_ms: days[1], quarters_from_ms, zone: BERLIN });
      assertEquals(readHistory(db, query), before);
    }
    const minutes = queryOf({ unit: "minute", starts_ms: [spans[0]], end_ms: days[1] });
    assertEquals(readHistory(db, minutes).totals.attempts, 0);
    db.close();
    assertEquals(checkLedger(path).faults, []);
  });
});

Deno.test("the check finds a sum of history that is wrong, missing or too many", () =>
  withRows(
    [attempt({ id: "one", started_at_ms: 0, cost_usd_nanos }), attempt({ id: "two", started_at_ms: DAY, model: null })],
    (db, path) => {
      const writer = new HistoryWriter(db);
      while (writer.flush() > 0);
      assertEquals(checkLedger(path).faults, []);
      const breaks = [
        "UPDATE history SET cost_usd_nanos = cost_usd_nanos + 1 WHERE level = 1 AND minute = 0",
        "UPDATE history SET attempts = 2 WHERE level = 1 AND minute = 1440",
        "DELETE FROM history WHERE level = 1 AND minute = 1440",
        "UPDATE history SET latency = x'0501' WHERE level = 1 AND minute = 0",
      ];
      for (const sql of breaks) {
        db.exec(`BEGIN; CREATE TABLE kept AS SELECT * FROM history; ${sql}; COMMIT`);
        const { faults } = checkLedger(path);
        assertEquals(faults.length, 1, sql);
        assert(faults[0].startsWith("the history of workspace acme"), faults[0]);
        db.exec("BEGIN; DELETE FROM history; INSERT INTO history SELECT * FROM kept; DROP TABLE kept; COMMIT");
      }
    },
  ));

Deno.test("the check reads any number of sums", () =>
  withRows([attempt({ id: "one", started_at_ms: 0 })], (db, path) => {
    const writer = new HistoryWriter(db);
    while (writer.flush() > 0);
    const columns = db.prepare("SELECT name FROM pragma_table_info('history')").all().map(({ name }) => String(name));
    const later = columns.map((name) => name === "minute" ? "15 * n" : name).join(", ");
    const numbers = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 200000)";
    db.exec(`INSERT INTO history ${numbers} SELECT ${later} FROM numbers JOIN history ON level = 1 AND minute = 0`);
    assert(checkLedger(path).faults.length > 0);
  }));

Deno.test("a search finds attempts whose sums have become days, and those that have no sum yet", () =>
  withTempFolder(async (folder) => {
    const ledger = await openSqliteLedger(`${folder}/quota.db`);
    const rows = [0, 3 * DAY].map((started_at_ms) => attempt({ id: `at-${started_at_ms}`, started_at_ms }));
    for (const row of rows) await ledger.append({ kind: "attempt", row });
    const search = { workspaces: null, filters: {}, is: {}, from_ms: 0, to_ms: 4 * DAY, limit: 10 };
    const found = async () => (await ledger.history.search(search)).attempts.map(({ row }) => row.id);
    const both = rows.map(({ id }) => id).reverse();
    assertEquals(await found(), both);
    await ledger.history.shorten({ minutes_from_ms: DAY, quarters_from_ms: DAY, zone: "UTC" });
    assertEquals(await found(), both);
    await ledger.close();
  }));

Deno.test("a reader of pages ends with its ledger, and starts no thread after it", () =>
  withTempFolder(async (folder) => {
    const ledger = await openSqliteLedger(`${folder}/quota.db`);
    const row = (n: number) => attempt({ id: `page-${n}`, started_at_ms: n });
    await Promise.all(Array.from({ length: 1_200 }, (_, n) => ledger.append({ kind: "attempt", row: row(n) })));
    const query = { workspace_id: "acme", from_ms: 0, to_ms: DAY, max: 2_000 };
    const pages = (await ledger.history.uses(query)).pages[Symbol.asyncIterator]();
    assertEquals((await pages.next()).value.length, 500);
    await ledger.close();
    const ended = [LedgerError, "reader has ended"] as const;
    await assertRejects(async () => {
      // The page that was read ahead may be there.
      while (!(await pages.next()).done);
    }, ...ended);
    await assertRejects(() => ledger.history.uses(query), ...ended);
    await assertRejects(() => ledger.history.call("page-1", null), ...ended);
  }));
