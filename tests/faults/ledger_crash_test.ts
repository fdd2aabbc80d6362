import { DatabaseSync } from "node:sqlite";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { FIRST_START, rowId } from "./ledger_processes.ts";
import { kill, linesOf, seeded, startJob, temporaryFolder } from "./ledger_support.ts";

const DAY = Date.parse("2026-11-21T00:00:00.000Z");

Deno.test("FAULT 1: after kill -9 under load, every acknowledged row is there once, and the file is intact", async () => {
  const random = seeded(1);
  using folder = temporaryFolder();
  for (let round = 0; round < 3; round++) {
    const path = `${folder.path}/${round}.db`;
    const acknowledged = await writeAndKill(folder.path, path, 200 + Math.floor(random() * 3_000));
    await assertEachOnce(path, acknowledged);
    assertEquals(integrityOf(path), "ok");
  }
});

Deno.test("FAULT 4: a WAL that is truncated at any byte opens as a prefix of the commits", async () => {
  const total = 300;
  const random = seeded(4);
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  await writeAndKill(folder.path, path, total, total);
  const length = Deno.statSync(`${path}-wal`).size;
  assertEquals(Deno.statSync(path).size, 4096, "no checkpoint has been made yet");
  const cuts = [0, 1, 31, 32, length - 1, length, ...Array.from({ length: 30 }, () => Math.floor(random() * length))];
  let longest = 0;
  for (const cut of cuts.sort((a, b) => a - b)) {
    const rows = await openCut(path, cut);
    assert(rows >= longest, `truncated at ${cut}, ${rows} rows are left; an earlier cut left ${longest}`);
    longest = rows;
  }
  assertEquals(longest, total);
});

/** Kills a writer when it has acknowledged `enough` rows. Returns the ids of all acknowledged rows. */
async function writeAndKill(folder: string, path: string, enough: number, total = 1_000_000): Promise<string[]> {
  const writer = startJob(folder, "write", path, `${total}`);
  const acknowledged: string[] = [];
  let killed: Promise<void> | undefined;
  for await (const line of linesOf(writer)) {
    if (/^\d+$/.test(line)) acknowledged.push(rowId(Number(line)));
    if (acknowledged.length >= enough) killed ??= kill(writer);
  }
  await killed;
  assert(acknowledged.length >= enough);
  return acknowledged;
}

async function assertEachOnce(path: string, acknowledged: string[]): Promise<void> {
  const ledger = await openSqliteLedger(path);
  try {
    const ids = (await ledger.attempts("acme", 2_000_000)).map(({ id }) => id);
    const found = new Set(ids);
    assertEquals(found.size, ids.length, "no row is there twice");
    assertEquals(acknowledged.filter((id) => !found.has(id)), [], "no acknowledged row is lost");
    assertEquals((await ledger.usage("acme", DAY, DAY + 86_400_000))[0].attempts, ids.length);
  } finally {
    await ledger.close();
  }
}

function integrityOf(path: string): unknown {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db.prepare("PRAGMA integrity_check").get()?.integrity_check;
  } finally {
    db.close();
  }
}

/** The number of rows in a copy with a truncated WAL. They must be the first rows, and the sums must equal theirs. */
async function openCut(path: string, cut: number): Promise<number> {
  using folder = temporaryFolder();
  const copy = `${folder.path}/quota.db`;
  Deno.copyFileSync(path, copy);
  Deno.writeFileSync(`${copy}-wal`, Deno.readFileSync(`${path}-wal`).subarray(0, cut));
  const ledger = await openSqliteLedger(copy);
  try {
    const rows = (await ledger.attempts("acme", 1_000)).reverse();
    rows.forEach((row, n) => assertEquals([row.id, row.started_at_ms], [rowId(n), FIRST_START + n]));
    const [usage] = await ledger.usage("acme", DAY, DAY + 86_400_000);
    assertEquals(usage?.attempts ?? 0, rows.length);
    return rows.length;
  } finally {
    await ledger.close();
  }
}
