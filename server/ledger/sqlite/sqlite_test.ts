import { attempt } from "../../../tests/contracts/ledger_contract.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "../../../tests/support/assert.ts";
import { LedgerError } from "../ledger.ts";
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
  assertEquals((await assertRejects(() => openSqliteLedger(path), LedgerError)).code, "in_use");
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
