import { attempt } from "../../../tests/contracts/ledger_contract.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "../../../tests/support/assert.ts";
import { LedgerError } from "../ledger.ts";
import { connect } from "./connect.ts";
import { openSqliteLedger } from "./sqlite.ts";

function temporaryFolder(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

Deno.test("the error for a folder that cannot be created names its path and the remedy", async () => {
  using folder = temporaryFolder();
  Deno.writeTextFileSync(`${folder.path}/file`, "");
  const path = `${folder.path}/file/data/quota.db`;
  const error = await assertRejects(() => openSqliteLedger(path), LedgerError);
  assertEquals(error.code, "unwritable");
  assertStringIncludes(error.message, path);
  assertStringIncludes(error.message, "QUOTA_STORE");
});

Deno.test("a folder at the ledger's path is refused", async () => {
  using folder = temporaryFolder();
  Deno.mkdirSync(`${folder.path}/quota.db`);
  const error = await assertRejects(() => openSqliteLedger(`${folder.path}/quota.db`), LedgerError);
  assertEquals(error.code, "unwritable");
});

Deno.test("a second open of the same file is refused until the first is closed", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  const ledger = await openSqliteLedger(path);
  const { code, message } = await assertRejects(() => openSqliteLedger(path), LedgerError);
  assertEquals(code, "in_use");
  assertStringIncludes(message, "both then count limits and budgets apart");
  await ledger.close();
  await (await openSqliteLedger(path)).close();
});

Deno.test("appends above the limit of waiting entries are refused as full", async () => {
  using folder = temporaryFolder();
  const ledger = await openSqliteLedger(`${folder.path}/quota.db`, { maxWaiting: 2 });
  const append = () => ledger.append({ kind: "attempt", row: attempt() });
  const accepted = [append(), append()];
  assertEquals((await assertRejects(append, LedgerError)).code, "full");
  assertEquals(await Promise.all(accepted), [true, true]);
  assertEquals(await append(), true);
  await ledger.close();
});

Deno.test("ids that differ only after a NUL stay different", async () => {
  using folder = temporaryFolder();
  const ledger = await openSqliteLedger(`${folder.path}/quota.db`);
  const ids = ["attempt-\0a", "attempt-\0b"];
  const appended = ids.map((id) => ledger.append({ kind: "attempt", row: attempt({ id }) }));
  assertEquals(await Promise.all(appended), [true, true]);
  const found = (await ledger.attempts("acme", 10)).map(({ id }) => id);
  assertEquals(found.sort(), ["attempt-\ufffda", "attempt-\ufffdb"]);
  await ledger.close();
});

Deno.test("rows of the earlier scope `day of <model>` are ignored: the day's own reset gives the same result", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  const append = async (...models: string[]) => {
    const ledger = await openSqliteLedger(path);
    for (const model of models) await ledger.append({ kind: "attempt", row: attempt({ model }) });
    await ledger.close();
  };
  const insert = (...rows: [scope: string, requests: number][]) => {
    const db = connect(path);
    for (const [scope, requests] of rows) {
      db.prepare(
        `INSERT INTO resets (id, workspace_id, scope, at_ms, baseline_requests, baseline_tokens, after_attempt)
        VALUES (?, 'acme', ?, ?, ?, ?, (SELECT max(seq) FROM attempts))`,
      ).run(crypto.randomUUID(), scope, attempt().started_at_ms, requests, requests * 120);
    }
    db.close();
  };
  await append("gpt-5.4", "o5", "o5");
  // As earlier versions wrote a reset of the day.
  insert(["day of gpt-5.4", 1], ["day of o5", 2], ["day", 3]);
  await append("o5");
  // Without a row of the day, one of a model resets nothing.
  insert(["day of o5", 3]);
  const ledger = await openSqliteLedger(path);
  const { since_day_resets } = await ledger.rebuild(0, 0);
  assertEquals(since_day_resets, [{
    workspace_id: "acme",
    requested_model: "o5",
    model: "o5",
    requests: 1,
    tokens: 120,
  }]);
  await ledger.close();
});
