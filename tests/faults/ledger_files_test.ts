/** The ledger's files are deleted, exchanged or linked while the ledger is open. */
import { DatabaseSync } from "node:sqlite";
import type { HistoricLedger } from "../../server/ledger/history/port.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { run, until } from "../api/running.ts";
import { attempt } from "../contracts/ledger_contract.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { eventually } from "../support/eventually.ts";
import { withTempFolder } from "../support/temp.ts";

interface Opened {
  folder: string;
  path: string;
  ledger: HistoricLedger;
  /** The latest problem, all problems, and the logged events. */
  problem: string | null;
  problems: (string | null)[];
  log: string[];
  /** Appends one attempt and returns its id. */
  append(): Promise<string>;
}

/** A ledger that checks its files often, closed at the end. */
function withOpen(use: (opened: Opened) => Promise<void>): Promise<void> {
  return withTempFolder(async (folder) => {
    const path = `${folder}/data/quota.db`;
    const log: string[] = [];
    const options = { watchMs: 10, problemShownMs: 300, log: (event: string) => void log.push(event) };
    const ledger = await openSqliteLedger(path, options);
    const append = async () => {
      const row = attempt();
      await ledger.append({ kind: "attempt", row });
      return row.id;
    };
    const opened: Opened = { folder, path, ledger, problem: null, problems: [], log, append };
    ledger.onProblem((reason) => {
      opened.problem = reason;
      opened.problems.push(reason);
    });
    try {
      await use(opened);
    } finally {
      await ledger.close();
    }
  });
}

/** The attempts that a new process finds. */
async function idsIn(path: string): Promise<string[]> {
  const ledger = await openSqliteLedger(path);
  try {
    return (await ledger.attempts("acme", 100)).map(({ id }) => id).sort();
  } finally {
    await ledger.close();
  }
}

const remove = (path: string, suffixes: string[]) => suffixes.forEach((suffix) => Deno.removeSync(path + suffix));

const DELETIONS: [what: string, remove: (opened: Opened) => void, event: string][] = [
  ["the file", ({ path }) => remove(path, [""]), "ledger_restored"],
  ["the file, its journal and index", ({ path }) => remove(path, ["", "-wal", "-shm"]), "ledger_restored"],
  ["the whole folder", ({ folder }) => Deno.removeSync(`${folder}/data`, { recursive: true }), "ledger_restored"],
  ["the journal", ({ path }) => remove(path, ["-wal"]), "ledger_journal_restored"],
  ["the journal and its index", ({ path }) => remove(path, ["-wal", "-shm"]), "ledger_journal_restored"],
  ["the lock file", ({ path }) => remove(path, [".lock"]), "ledger_lock_renewed"],
];

for (const [what, deletion, event] of DELETIONS) {
  Deno.test(`FAULT 66: ${what} is deleted while the ledger is open: it is made again, said, and no row is lost`, () =>
    withTempFolder(async (kept) => {
      const ids: string[] = [];
      let copy = "";
      await withOpen(async (opened) => {
        ids.push(await opened.append(), await opened.append());
        deletion(opened);
        const deleted_at = performance.now();
        ids.push(await opened.append());
        await until(() => opened.log.includes(event), event);
        assert(performance.now() - deleted_at < 5000);
        ids.push(await opened.append());
        await until(() => opened.problem === null, "the end of the problem");
        assert(
          opened.problems.some((reason) =>
            /was deleted while the service runs.* made again|written again/.test(`${reason}`)
          ),
        );
        await assertRejects(() => openSqliteLedger(opened.path), Error, "has it open");
        await opened.ledger.close();
        copy = `${kept}/quota.db`;
        Deno.copyFileSync(opened.path, copy);
        assertEquals(namesIn(`${opened.folder}/data`), ["quota.db", "quota.db.lock"]);
      });
      assertEquals(await idsIn(copy), ids.sort());
    }));
}

Deno.test("FAULT 66: another file in the ledger's place is not touched; the ledger goes on in a copy that has every row", () =>
  withOpen(async (opened) => {
    const { path, folder } = opened;
    const ids = [await opened.append()];
    const other = await openSqliteLedger(`${folder}/other.db`);
    const theirs = attempt();
    await other.append({ kind: "attempt", row: theirs });
    await other.close();
    Deno.renameSync(`${folder}/other.db`, path);
    const before = Deno.readFileSync(path);
    ids.push(await opened.append());
    await until(() => opened.log.includes("ledger_replaced"), "the message");
    ids.push(await opened.append());
    assertStringIncludes(opened.problem ?? "", "Another file is in the place of the ledger");
    assertEquals((await opened.ledger.attempts("acme", 9)).map(({ id }) => id).sort(), [...ids].sort());
    const search = { workspaces: ["acme"], filters: {}, is: {}, from_ms: 0, to_ms: Number.MAX_SAFE_INTEGER, limit: 9 };
    const { attempts } = await opened.ledger.history.search(search);
    assertEquals(attempts.map(({ row }) => row.id).sort(), [...ids].sort());
    await opened.ledger.close();
    assertEquals(Deno.readFileSync(path), before);
    const copy = namesIn(`${folder}/data`).find((name) => name.startsWith("quota.db.rescued-"));
    assertEquals(await idsIn(`${folder}/data/${copy}`), ids.sort());
  }));

Deno.test("FAULT 66: while a deleted ledger cannot be written again, entries are refused; later it is written with every row", () =>
  withOpen(async (opened) => {
    const ids = [await opened.append()];
    const data = `${opened.folder}/data`;
    Deno.removeSync(data, { recursive: true });
    Deno.writeTextFileSync(data, "in the way");
    await until(() => opened.log.includes("ledger_lost"), "the message");
    const error = await assertRejects(() => opened.append(), Error, "whose file is gone");
    assertStringIncludes(error.message, "Cannot write the ledger ");
    Deno.removeSync(data);
    await until(() => opened.log.includes("ledger_restored"), "the recovery");
    ids.push(await opened.append());
    await opened.ledger.close();
    assertEquals(await idsIn(opened.path), ids.sort());
  }));

Deno.test("FAULT 66: a ledger that another program truncates is said, and nothing more is written into it", () =>
  withOpen(async (opened) => {
    await opened.append();
    const checkpoint = new DatabaseSync(opened.path);
    checkpoint.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    checkpoint.close();
    assert(Deno.statSync(opened.path).size > 4096);
    await checkOf(opened);
    Deno.truncateSync(opened.path, 4096);
    await until(() => opened.log.includes("ledger_lost"), "the message");
    assertStringIncludes(opened.problem ?? "", "deleted or damaged");
    await assertRejects(() => opened.append(), Error, "has truncated its file");
    assertEquals(Deno.statSync(opened.path).size, 4096);
  }));

Deno.test("FAULT 66: a ledger that another program compacts is sound, and goes on", () =>
  withOpen(async (opened) => {
    await opened.append();
    const other = new DatabaseSync(opened.path);
    other.exec(
      "CREATE TABLE junk (bytes BLOB); INSERT INTO junk VALUES (zeroblob(1000000)); PRAGMA wal_checkpoint(TRUNCATE)",
    );
    const { size } = Deno.statSync(opened.path);
    await checkOf(opened);
    other.exec("DROP TABLE junk; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
    other.close();
    assert(Deno.statSync(opened.path).size < size);
    await checkOf(opened);
    await opened.append();
    assertEquals((await opened.ledger.attempts("acme", 9)).length, 2);
    assertEquals(opened.log.includes("ledger_lost"), false);
  }));

/** Resolves when the files were checked: a second name is noticed by the same check. */
async function checkOf(opened: Opened): Promise<void> {
  Deno.linkSync(opened.path, `${opened.folder}/second.db`);
  await until(() => opened.problem !== null, "a check");
  Deno.removeSync(`${opened.folder}/second.db`);
  await until(() => opened.problem === null, "the next check");
}

Deno.test("FAULT 66: a journal that cannot be saved while another program reads is saved when that has ended", () =>
  withOpen(async (opened) => {
    const ids = [await opened.append()];
    const reader = new DatabaseSync(opened.path, { readOnly: true });
    reader.exec("BEGIN; SELECT count(*) FROM attempts");
    ids.push(await opened.append());
    remove(opened.path, ["-wal", "-shm"]);
    await until(() => opened.log.includes("ledger_lost"), "the message");
    reader.exec("ROLLBACK");
    reader.close();
    await until(() => opened.log.includes("ledger_journal_restored"), "the recovery");
    ids.push(await opened.append());
    await opened.ledger.close();
    assertEquals(await idsIn(opened.path), ids.sort());
  }));

Deno.test("FAULT 66: a second name of an open ledger is a problem until it is deleted", () =>
  withOpen(async (opened) => {
    await opened.append();
    Deno.linkSync(opened.path, `${opened.folder}/second.db`);
    await until(() => opened.problem !== null, "the problem");
    assertStringIncludes(opened.problem!, "second name (hard link)");
    Deno.removeSync(`${opened.folder}/second.db`);
    await until(() => opened.problem === null, "the end of the problem");
    await opened.append();
  }));

Deno.test("FAULT 66: after its lock file was deleted and another process took the ledger, a ledger writes nothing", () =>
  withOpen(async (opened) => {
    const first = await opened.append();
    Deno.removeSync(`${opened.path}.lock`);
    const other = await openSqliteLedger(opened.path);
    await until(() => opened.log.includes("ledger_lock_taken"), "the message");
    await assertRejects(() => opened.append(), Error, "has it open");
    assertStringIncludes(opened.problem ?? "", "Another service has opened the ledger");
    await other.close();
    await until(() => opened.log.includes("ledger_lock_renewed"), "the lock");
    const last = await opened.append();
    assertEquals((await opened.ledger.attempts("acme", 9)).map(({ id }) => id).sort(), [first, last].sort());
  }));

Deno.test("FAULT 66: a deleted ledger is said within a second by health, readiness and status, and then not any more", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/quota.db`;
    const ledger = await openSqliteLedger(path, { problemShownMs: 900 });
    await using running = await run({}, { ledger });
    const { host } = running;
    const said = async () => {
      const [health, ready, status] = await Promise.all(
        ["healthz", "readyz", "api/quota/status"].map((route) => fetch(`http://${host}/${route}`)),
      );
      const bodies = [await health.json(), await ready.json(), await status.json()];
      return [bodies[0].status, bodies[0].ledger, ready.status, bodies[2].status];
    };
    await ledger.append({ kind: "attempt", row: attempt() });
    assertEquals(await said(), ["ok", "ok", 200, "normal"]);
    Deno.removeSync(path);
    const deleted_at = performance.now();
    await eventually(async () => assertEquals(await said(), ["degraded", "degraded", 503, "degraded"]));
    assert(performance.now() - deleted_at < 5000);
    await eventually(async () => assertEquals(await said(), ["ok", "ok", 200, "normal"]));
    assertEquals((await ledger.attempts("acme", 9)).length, 1);
  }));

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}
