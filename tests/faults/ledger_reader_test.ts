import { DatabaseSync } from "node:sqlite";
import type { Ledger } from "../../server/ledger/ledger.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { JOURNAL_BYTES } from "../../server/ledger/sqlite/connect.ts";
import { attempt } from "../contracts/ledger_contract.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { temporaryFolder } from "./ledger_support.ts";

const EVER = Number.MAX_SAFE_INTEGER;

Deno.test("FAULT 8: a stranger's long read holds up nobody, is told, and the journal is cut back when it ends", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  const told: number[] = [];
  const onJournal = (bytes: number) => void told.push(bytes);
  const ledger = await openSqliteLedger(path, { journalAlarmBytes: JOURNAL_BYTES, onJournal });
  try {
    let rows = await append(ledger, 1);
    const snapshot = holdSnapshot(path);
    while (told.length === 0) rows += await append(ledger, 500);
    assert(journalOf(path) >= told[0] && told[0] > JOURNAL_BYTES, `the journal has ${journalOf(path)} bytes`);
    assertEquals(snapshot.count(), 1, "the reader still sees what it began with");
    snapshot.end();
    // The first commit moves everything out of the journal, the second begins it anew.
    for (let commit = 0; commit < 2; commit++) rows += await append(ledger, 1);
    assert(journalOf(path) <= JOURNAL_BYTES, `the journal has ${journalOf(path)} bytes`);
    assertEquals((await ledger.usage("acme", 0, EVER))[0].attempts, rows);
  } finally {
    await ledger.close();
  }
});

Deno.test("FAULT 8: our own reads, however many and long, never let the journal grow", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  const ledger = await openSqliteLedger(path);
  try {
    await append(ledger, 5_000);
    const reads = Promise.all(Array.from({ length: 8 }, () => ledger.attempts("acme", 5_000)));
    let longest = 0;
    for (let batch = 0; batch < 15; batch++) {
      await append(ledger, 1_000);
      longest = Math.max(longest, journalOf(path));
    }
    assertEquals((await reads).map(({ length }) => length), Array(8).fill(5_000));
    assert(longest <= JOURNAL_BYTES / 2, `the journal had ${longest} bytes`);
  } finally {
    await ledger.close();
  }
});

/** How many were appended, all of them acknowledged. */
async function append(ledger: Ledger, count: number): Promise<number> {
  await Promise.all(Array.from({ length: count }, () => ledger.append({ kind: "attempt", row: attempt() })));
  return count;
}

function journalOf(path: string): number {
  return Deno.statSync(`${path}-wal`).size;
}

/** Reads in a transaction that stays open, as a backup or a stranger's report would. */
function holdSnapshot(path: string): { count(): unknown; end(): void } {
  const stranger = new DatabaseSync(path, { readOnly: true });
  stranger.exec("BEGIN");
  const count = () => stranger.prepare("SELECT count(*) AS rows FROM attempts").get()?.rows;
  count();
  const end = () => {
    stranger.exec("ROLLBACK");
    stranger.close();
  };
  return { count, end };
}
