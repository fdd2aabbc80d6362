import { DatabaseSync } from "node:sqlite";
import { LedgerError } from "../../server/ledger/ledger.ts";
import { lockFile } from "../../server/ledger/sqlite/file.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { attempt } from "../contracts/ledger_contract.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { kill, linesOf, startJob, temporaryFolder } from "./ledger_support.ts";

Deno.test("FAULT 6: while another connection has the file, appends wait, reads go on and the main loop is free", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  const ledger = await openSqliteLedger(path);
  try {
    await ledger.append({ kind: "attempt", row: attempt() });
    const release = holdLock(path);
    let settled = 0;
    const waiting = Array.from(
      { length: 100 },
      () => ledger.append({ kind: "attempt", row: attempt() }).finally(() => settled++),
    );
    // Each answer comes between two tries for the lock: the writer has given up its wait and begun anew by then.
    for (let i = 0; i < 3; i++) assertEquals((await ledger.attempts("acme", 1_000)).length, 1);
    assertEquals(settled, 0);
    // The lock ends by what this loop does: had the wait held it up, neither would ever end.
    release();
    assertEquals(new Set(await Promise.all(waiting)), new Set([true]));
    assertEquals((await ledger.attempts("acme", 1_000)).length, 101);
  } finally {
    await ledger.close();
  }
});

Deno.test("FAULT 6: past the bound an append is refused, is not in the ledger, and the next one succeeds", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  const ledger = await openSqliteLedger(path, { lockWaitMs: 0 });
  try {
    const first = attempt();
    await ledger.append({ kind: "attempt", row: first });
    const release = holdLock(path);
    const refused = attempt();
    const error = await assertRejects(
      () => ledger.append({ kind: "attempt", row: refused }),
      LedgerError,
      "database is locked",
    );
    assertEquals(error.code, "unavailable");
    release();
    assertEquals(await ledger.append({ kind: "attempt", row: refused }), true);
    assertEquals((await ledger.attempts("acme", 10)).map(({ id }) => id), [refused.id, first.id]);
  } finally {
    await ledger.close();
  }
});

Deno.test("FAULT 7: a second process on the same file is refused, until the first is gone, however it went", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  const holder = startJob(folder.path, "hold", path);
  for await (const line of linesOf(holder)) {
    assertEquals(line, "open");
    const error = await assertRejects(() => openSqliteLedger(path), LedgerError);
    assertEquals(error.code, "in_use");
    assertStringIncludes(error.message, `process ${holder.pid} has it open`);
    Deno.symlinkSync(path, `${folder.path}/other-name.db`);
    await assertRejects(() => openSqliteLedger(`${folder.path}/other-name.db`), LedgerError, "has it open");
    await kill(holder);
  }
  const ledger = await openSqliteLedger(path);
  assertEquals(await ledger.append({ kind: "attempt", row: attempt() }), true);
  await ledger.close();
});

Deno.test("FAULT 7: a ledger that was closed is free at once, also while another thread starts programs", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  const starter = startPrograms(20);
  // Each program has a copy of every open file until it runs, the lock's among them.
  while (starter.busy) {
    for (let time = 0; time < 20; time++) lockFile(path)[Symbol.dispose]();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
});

/** A thread that starts so many programs, one after the other. */
function startPrograms(count: number): { busy: boolean } {
  const program = `for (let n = 0; n < ${count}; n++) {
    await new Deno.Command(${JSON.stringify(Deno.execPath())}, { args: ["--version"] }).output();
  }
  self.postMessage("done");`;
  const thread = new Worker(`data:application/javascript,${encodeURIComponent(program)}`, { type: "module" });
  const state = { busy: true };
  thread.onmessage = () => {
    thread.terminate();
    state.busy = false;
  };
  return state;
}

/** Takes the file's write lock as a stranger's tool would; returns how to give it back. */
function holdLock(path: string): () => void {
  const stranger = new DatabaseSync(path);
  stranger.exec("BEGIN IMMEDIATE");
  return () => {
    stranger.exec("ROLLBACK");
    stranger.close();
  };
}
