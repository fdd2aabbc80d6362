import { DatabaseSync } from "node:sqlite";
import type { Ledger } from "../../server/ledger/ledger.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { JOURNAL_BYTES } from "../../server/ledger/sqlite/connect.ts";
import { attempt } from "../contracts/ledger_contract.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { temporaryFolder } from "./ledger_support.ts";

const EVER = Number.MAX_SAFE_INTEGER;

Deno.test("FAULT 8: another program's long read delays no append and is reported; when it ends, the journal is truncated", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  const reported: number[] = [];
  const log = (_event: string, fields: Record<string, unknown> = {}) => void reported.push(Number(fields.bytes));
  const ledger = await openSqliteLedger(path, { journalAlarmBytes: JOURNAL_BYTES, log });
  try {
    let rows = await append(ledger, 1);
    const snapshot = holdSnapshot(path);
    while (reported.length === 0) rows += await append(ledger, 500);
    assert(journalOf(path) >= reported[0] && reported[0] > JOURNAL_BYTES, `the journal has ${journalOf(path)} bytes`);
    assertEquals(snapshot.count(), 1, "the reader still sees its snapshot");
    snapshot.end();
    // The first commit checkpoints the whole journal, the second starts it from the beginning.
    for (let commit = 0; commit < 2; commit++) rows += await append(ledger, 1);
    assert(journalOf(path) <= JOURNAL_BYTES, `the journal has ${journalOf(path)} bytes`);
    assertEquals((await ledger.usage("acme", 0, EVER))[0].attempts, rows);
  } finally {
    await ledger.close();
  }
});

Deno.test("FAULT 8: our own reads do not let the journal grow, however many and long they are", async () => {
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

/** Appends `count` attempts, and returns `count` when all are acknowledged. */
async function append(ledger: Ledger, count: number): Promise<number> {
  await Promise.all(Array.from({ length: count }, () => ledger.append({ kind: "attempt", row: attempt() })));
  return count;
}

function journalOf(path: string): number {
  return Deno.statSync(`${path}-wal`).size;
}

/** Reads in a transaction that stays open, as a backup or another program's report does. */
function holdSnapshot(path: string): { count(): unknown; end(): void } {
  const other = new DatabaseSync(path, { readOnly: true });
  other.exec("BEGIN");
  const count = () => other.prepare("SELECT count(*) AS rows FROM attempts").get()?.rows;
  count();
  const end = () => {
    other.exec("ROLLBACK");
    other.close();
  };
  return { count, end };
}
