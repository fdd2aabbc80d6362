import { DatabaseSync } from "node:sqlite";
import { attempt } from "../../../tests/contracts/ledger_contract.ts";
import { assert, assertEquals, assertThrows } from "../../../tests/support/assert.ts";
import { withTempFolder } from "../../../tests/support/temp.ts";
import { checkLedger } from "./care.ts";
import { connect } from "./connect.ts";
import { HistoryWriter } from "./history/writer.ts";
import { AttemptPruner } from "./prune.ts";
import { migrate } from "./schema.ts";
import { openSqliteLedger } from "./sqlite.ts";
import { LedgerWriter } from "./write/writer.ts";

const QUARTER = 900_000;

/** A file with `count` attempts, one a minute from the epoch on. */
function withRows(count: number, use: (db: DatabaseSync, path: string) => void | Promise<void>): Promise<void> {
  return withTempFolder(async (folder) => {
    const path = `${folder}/quota.db`;
    const db = connect(path);
    migrate(db);
    const writer = new LedgerWriter(db);
    writer.commit(Array.from({ length: count }, (_, n) => {
      return { kind: "attempt", row: attempt({ id: `attempt-${n}`, started_at_ms: n * 60_000 }) };
    }));
    const history = new HistoryWriter(db);
    while (history.flush() > 0);
    try {
      await use(db, path);
    } finally {
      if (db.isOpen) db.close();
    }
  });
}

/** A clock of which each batch takes the given time. */
function clockOf(took_ms: () => number): () => number {
  let [now, reads] = [0, 0];
  return () => reads++ % 2 === 0 ? now : now += took_ms();
}

Deno.test("batches grow while they are fast, and shrink when one takes too long", () =>
  withRows(3_000, (db) => {
    let took = 1;
    const pruner = new AttemptPruner(db, clockOf(() => took));
    const sizes = () => Array.from({ length: 4 }, () => pruner.prune(Number.MAX_SAFE_INTEGER));
    assertEquals(sizes(), [16, 32, 64, 128]);
    took = 12;
    assertEquals(sizes(), [256, 128, 64, 32]);
    assertEquals(sizes(), [16, 16, 16, 16]);
    took = 4;
    assertEquals(sizes(), [16, 16, 16, 16]);
  }));

Deno.test("the oldest go first, the newest stays, and the sums of the rest are right after every batch", () =>
  withRows(60, (db, path) => {
    const pruner = new AttemptPruner(db);
    const oldest = () => Number(db.prepare("SELECT min(started_at_ms) AS at FROM attempts").get()!.at);
    const seen: number[] = [];
    for (let deleted = -1; deleted !== 0;) {
      deleted = pruner.prune(2 * QUARTER);
      seen.push(oldest());
      assertEquals(checkLedger(path).faults, []);
    }
    assertEquals(seen, [16 * 60_000, 30 * 60_000, 30 * 60_000]);
    while (pruner.prune(100 * QUARTER) > 0);
    assertEquals(checkLedger(path), { attempts: 1, faults: [] });
  }));

Deno.test("after a pruning the check still finds a wrong sum and a missing attempt", () =>
  withRows(60, (db, path) => {
    new AttemptPruner(db).prune(QUARTER);
    db.exec("DELETE FROM attempts WHERE seq = 40");
    // In the sums of the quarter hour, and in history.
    assertEquals(checkLedger(path).faults.length, 2);
  }));

Deno.test("a pruned file opens again, also with one attempt, and a report of an attempt from before is no fault", () =>
  withRows(60, async (db, path) => {
    const pruner = new AttemptPruner(db);
    while (pruner.prune(100 * QUARTER) > 0);
    db.close();
    const ledger = await openSqliteLedger(path);
    assertEquals(await ledger.append({ kind: "attempt", row: attempt({ id: "late", started_at_ms: 1 }) }), true);
    assertEquals(await ledger.append({ kind: "attempt", row: attempt({ started_at_ms: 100 * QUARTER }) }), true);
    assertEquals((await ledger.attempts("acme", 10)).length, 1);
    await ledger.close();
    assertEquals(checkLedger(path), { attempts: 3, faults: [] });
    await (await openSqliteLedger(path)).close();
  }));

Deno.test("attempts that are not in the sums of history yet stay", () =>
  withRows(60, (db) => {
    new LedgerWriter(db).commit([{ kind: "attempt", row: attempt({ id: "late", started_at_ms: 0 }) }, {
      kind: "attempt",
      row: attempt({ id: "last" }),
    }]);
    const pruner = new AttemptPruner(db);
    while (pruner.prune(100 * QUARTER) > 0);
    const left = db.prepare("SELECT id FROM attempts ORDER BY seq").all().map(({ id }) => id);
    assertEquals(left, ["late", "last"]);
  }));

Deno.test("a batch that fails deletes nothing", () =>
  withRows(60, (db, path) => {
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    assertThrows(() => new AttemptPruner(db).prune(QUARTER), Error, "locked");
    other.close();
    assertEquals(checkLedger(path), { attempts: 60, faults: [] });
    assert(new AttemptPruner(db).prune(QUARTER) > 0);
  }));
