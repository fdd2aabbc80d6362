import { assert, assertEquals, assertRejects } from "../../tests/support/assert.ts";
import { LedgerError } from "./ledger.ts";
import { openLedger } from "./open.ts";

Deno.test("memory: opens a ledger", async () => {
  const ledger = await openLedger("memory:");
  assertEquals(await ledger.attempts("acme", 1), []);
  await ledger.close();
});

Deno.test("sqlite: opens the named file", async () => {
  const folder = Deno.makeTempDirSync();
  const ledger = await openLedger(`sqlite:${folder}/quota.db`);
  assert(Deno.statSync(`${folder}/quota.db`).isFile);
  await ledger.close();
  Deno.removeSync(folder, { recursive: true });
});

for (
  const [store, shown] of [["postgres://me:secret@db/quota", "postgres:"], ["sqlite:", "sqlite:"], ["quota.db", ""], [
    "",
    "",
  ]]
) {
  Deno.test(`"${store}" is refused; the error names the known stores and no password`, async () => {
    const error = await assertRejects(
      () => openLedger(store),
      LedgerError,
      `the store "${shown}…": this version knows sqlite:PATH and memory:`,
    );
    assertEquals(error.code, "unavailable");
    assert(!error.message.includes("secret"));
  });
}
