import { DatabaseSync } from "node:sqlite";
import { attempt } from "../../../../tests/contracts/ledger_contract.ts";
import { assert, assertEquals, assertMatch } from "../../../../tests/support/assert.ts";
import { withTempFolder } from "../../../../tests/support/temp.ts";
import type { AttemptRow } from "../../ledger.ts";
import { checkLedger } from "../care.ts";
import { connect } from "../connect.ts";
import { AttemptPruner } from "../prune.ts";
import { migrate } from "../schema.ts";
import { LedgerWriter } from "../write/writer.ts";
import { historyFaults } from "./check.ts";
import { shortenHistory } from "./shorten.ts";
import { HistoryWriter } from "./writer.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;

/** Long after the attempts. */
const NOW = 1_000 * DAY;

/** More than are compared together, in two workspaces, two a minute for six days. */
const MANY = Array.from({ length: 6 * 2880 }, (_, n) => {
  return attempt({ id: `many-${n}`, started_at_ms: n * MINUTE / 2, workspace_id: `w${n % 2}`, model: `m${n % 3}` });
});

interface File {
  /** The service's connection. */
  db: DatabaseSync;
  /** The check's own. */
  reader: DatabaseSync;
  path: string;
  /** Appends rows and adds them up. */
  add(rows: readonly AttemptRow[]): void;
}

function withFile(rows: readonly AttemptRow[], use: (file: File) => void): Promise<void> {
  return withTempFolder((folder) => {
    const path = `${folder}/quota.db`;
    using db = connect(path);
    migrate(db);
    const add = (rows: readonly AttemptRow[]) => {
      new LedgerWriter(db).commit(rows.map((row) => ({ kind: "attempt", row })));
      const history = new HistoryWriter(db);
      while (history.flush() > 0);
    };
    add(rows);
    using reader = new DatabaseSync(path, { readOnly: true });
    use({ db, reader, path, add });
    return Promise.resolve();
  });
}

Deno.test("a ledger that is compared in several steps has the faults of each, and no other", () =>
  withFile(MANY, ({ db, reader, path }) => {
    let steps = 0;
    assertEquals(historyFaults(reader, NOW, 20, () => steps++), []);
    assertEquals(steps, 4);
    const minutes = [0, 1440, 2880, 5 * 1440];
    db.exec(
      `UPDATE history SET total_tokens = 1 WHERE level = 1 AND minute IN (${minutes.slice(0, 2)}) AND dimensions = 1`,
    );
    db.exec(`DELETE FROM history WHERE level = 1 AND minute IN (${minutes.slice(2)}) AND dimensions = 1`);
    const columns = db.prepare("SELECT name FROM pragma_table_info('history')").all().map(({ name }) => String(name));
    const later = columns.map((name) => name === "minute" ? 9 * 1440 : name).join(", ");
    db.exec(`INSERT INTO history SELECT ${later} FROM history WHERE level = 1 AND dimensions = 1 AND minute = 15`);
    const faults = historyFaults(reader, NOW, 20);
    assertEquals(
      faults.map((text) =>
        text.replace(/^the history of workspace w0, model m0, from (.*) differs from its attempts$/, "$1")
      ),
      [...minutes, 9 * 1440].map((minute) => new Date(minute * MINUTE).toISOString()),
    );
    assertEquals(checkLedger(path).faults, faults);
    assertEquals(historyFaults(reader, NOW, 2), faults.slice(0, 2));
  }));

Deno.test("a service that appends, joins days and deletes attempts between the steps of a check makes no fault", () =>
  withFile(MANY, ({ db, reader, add }) => {
    let step = 0;
    const work = () => {
      step++;
      add([0, 1, 2, 3, 4, 5].map((day) => attempt({ id: `late-${step}-${day}`, started_at_ms: day * DAY + step })));
      if (step > 1) shortenHistory(db, { minutes_from_ms: 0, quarters_from_ms: step * DAY, zone: "Europe/Berlin" });
      new AttemptPruner(db).prune((step + 1) * DAY / 2);
    };
    assertEquals(historyFaults(reader, NOW, 20, work), []);
    assert(step >= 4);
  }));

Deno.test("a service that appends while a step compares makes no fault", () =>
  withFile(MANY.slice(0, 100), ({ reader, add }) => {
    let added = 0;
    const busy = {
      prepare(sql: string) {
        if (added < 100) add([attempt({ id: `late-${added}`, started_at_ms: added++ % 3 * DAY })]);
        return reader.prepare(sql);
      },
    };
    assertEquals(historyFaults(busy as DatabaseSync, NOW, 20), []);
    assert(added > 5);
  }));

Deno.test("quarter hours that have become days are not compared, and a day that is missing is found", () =>
  withFile(MANY, ({ db, reader }) => {
    shortenHistory(db, { minutes_from_ms: 0, quarters_from_ms: 3 * DAY, zone: "America/New_York" });
    assertEquals(historyFaults(reader, NOW, 20), []);
    db.exec("DELETE FROM history WHERE level = 2 AND dimensions = 2 AND minute < 2000");
    const faults = historyFaults(reader, NOW, 999);
    assertEquals(faults.length, 53 * 4);
    for (const text of faults) assertMatch(text, /^the history of workspace w1, model m1, from 1970-01-0[123]T/);
  }));

Deno.test("a minute of the last week that is wrong, missing or too many is found, and no older one", () =>
  withFile(MANY, ({ db, reader, path }) => {
    const now_ms = 9 * DAY;
    assertEquals(historyFaults(reader, now_ms, 20), []);
    // The first day is older than a week, and the second and third are not.
    const minutes = [0, 2880, 2883];
    db.exec(`UPDATE history SET total_tokens = 1 WHERE level = 0 AND minute IN (${minutes}) AND dimensions = 1`);
    db.exec("DELETE FROM history WHERE level = 0 AND minute IN (3, 4320) AND dimensions = 1");
    const columns = db.prepare("SELECT name FROM pragma_table_info('history')").all().map(({ name }) => String(name));
    const later = columns.map((name) => name === "minute" ? 9 * 1440 : name).join(", ");
    db.exec(`INSERT INTO history SELECT ${later} FROM history WHERE level = 0 AND dimensions = 1 AND minute = 4323`);
    const faults = historyFaults(reader, now_ms, 20);
    assertEquals(
      faults.map((text) =>
        text.replace(/^the history of workspace w0, model m0, from (.*) in its minutes differs .*$/, "$1")
      ),
      [2880, 2883, 4320, 9 * 1440].map((minute) => new Date(minute * MINUTE).toISOString()),
    );
    assertEquals(checkLedger(path, now_ms).faults, faults);
    assertEquals(checkLedger(path, now_ms + 7 * DAY).faults.length, 1);
  }));

Deno.test("a service that deletes old minutes meanwhile makes no fault", () =>
  withFile(MANY, ({ db, reader, add }) => {
    let step = 0;
    const work = () => {
      shortenHistory(db, { minutes_from_ms: 2 * DAY + step++ * MINUTE, quarters_from_ms: 0, zone: "UTC" });
      // An attempt that is reported late has a minute again until the next hour.
      add([
        attempt({ id: `late-${step}`, started_at_ms: DAY }),
        attempt({ id: `new-${step}`, started_at_ms: 5 * DAY }),
      ]);
    };
    work();
    assertEquals(historyFaults(reader, 10 * DAY, 20, work), []);
    assert(step > 4);
  }));

Deno.test("a minute that lacks the mark of an attempt's value is found, and marks of other values are no fault", () => {
  const rows = ["req_1", "req_2"].map((request_id, n) =>
    attempt({ started_at_ms: n * MINUTE, request_id, run: "eval" })
  );
  return withFile(rows, ({ db, reader, add }) => {
    // Marks of attempts that retention has deleted stay for a while.
    db.exec("UPDATE search_marks SET marks = CAST(marks || x'01020304' AS BLOB) WHERE minute = 0");
    assertEquals(historyFaults(reader, NOW, 20), []);
    add([attempt({ started_at_ms: 2 * MINUTE, error_code: "timeout" })]);
    db.exec(
      "UPDATE search_marks SET marks = substr(marks, 5) WHERE minute = 1; DELETE FROM search_marks WHERE minute = 2",
    );
    const faults = historyFaults(reader, NOW, 20);
    assertEquals(faults.length, 2);
    assertMatch(faults[0], /^a search would not find all attempts of the minute 1970-01-01T00:01:00.000Z/);
    db.exec("UPDATE search_from SET marks = 2");
    assertEquals(historyFaults(reader, NOW, 20).length, 1);
  });
});
