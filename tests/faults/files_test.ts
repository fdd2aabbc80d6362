/** Files in the data folder that are not what they should be: at the start, each is refused in words. */
import { LedgerError } from "../../server/ledger/ledger.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { attempt } from "../contracts/ledger_contract.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { ODD_FILES } from "../support/odd_files.ts";
import { withTempFolder } from "../support/temp.ts";

for (const [kind, make] of Object.entries(ODD_FILES)) {
  for (const suffix of ["", "-wal", "-shm", "-journal", ".lock"]) {
    Deno.test(`FAULT 66: ${kind} in place of quota.db${suffix} stops the start, and is named`, () =>
      withTempFolder(async (folder) => {
        const path = `${folder}/quota.db`;
        await make(path + suffix);
        const error = await assertRejects(() => openSqliteLedger(path), LedgerError, `Cannot use ${path}${suffix} for`);
        assertStringIncludes(error.message, "or set QUOTA_STORE to another path");
      }));
  }
}

Deno.test("FAULT 66: a lock, journal or index that is a link is refused, and its target keeps its content", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/quota.db`;
    await Deno.writeTextFile(`${folder}/precious`, "kept");
    for (const suffix of [".lock", "-wal", "-shm"]) {
      for (const link of [Deno.symlink, Deno.link]) {
        await link(`${folder}/precious`, path + suffix);
        await assertRejects(() => openSqliteLedger(path), LedgerError, `Cannot use ${path}${suffix}`);
        await Deno.remove(path + suffix);
      }
    }
    assertEquals(await Deno.readTextFile(`${folder}/precious`), "kept");
  }));

Deno.test("FAULT 66: a ledger with two names is refused under both, and opens again under one", () =>
  withTempFolder(async (folder) => {
    const [path, second] = [`${folder}/quota.db`, `${folder}/second.db`];
    const row = attempt();
    const first = await openSqliteLedger(path);
    await first.append({ kind: "attempt", row });
    await Deno.link(path, second);
    await assertRejects(() => openSqliteLedger(second), LedgerError, "it has 2 names (hard links)");
    await first.close();
    await assertRejects(() => openSqliteLedger(path), LedgerError, "it has 2 names (hard links)");
    await Deno.remove(second);
    const again = await openSqliteLedger(path);
    assertEquals((await again.attempts("acme", 10)).map(({ id }) => id), [row.id]);
    await again.close();
  }));

Deno.test("FAULT 66: a ledger behind a link opens, and a link to a missing file does not become an empty ledger", () =>
  withTempFolder(async (folder) => {
    const link = `${folder}/link.db`;
    await Deno.symlink(`${folder}/real.db`, link);
    await assertRejects(() => openSqliteLedger(link), LedgerError, "a file that does not exist");
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["link.db"]);
    await (await openSqliteLedger(`${folder}/real.db`)).close();
    await (await openSqliteLedger(link)).close();
  }));
