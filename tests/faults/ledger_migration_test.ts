import { connect } from "../../server/ledger/sqlite/connect.ts";
import { migrate, MIGRATIONS, versionOf } from "../../server/ledger/sqlite/schema.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { attempt } from "../contracts/ledger_contract.ts";
import { assertEquals } from "../support/assert.ts";
import { startCrash, temporaryFolder } from "./ledger_support.ts";

const NEXT = "ALTER TABLE attempts ADD COLUMN region TEXT; UPDATE attempts SET region = 'eu';";
const CRASH = "SELECT crash();";

Deno.test("FAULT 9: after a crash while the tables are created, the file opens", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  await migrateAndCrash(path, [MIGRATIONS[0] + CRASH]);
  const ledger = await openSqliteLedger(path);
  assertEquals(await ledger.append({ kind: "attempt", row: attempt() }), true);
  await ledger.close();
});

Deno.test("FAULT 9: after a crash in a later migration the file has the version before it, and the next try succeeds", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/quota.db`;
  const row = attempt();
  await append(path, row);
  await migrateAndCrash(path, [...MIGRATIONS, NEXT + CRASH]);

  const ledger = await openSqliteLedger(path);
  assertEquals(await ledger.attempts("acme", 10), [row]);
  await ledger.close();

  const db = connect(path);
  migrate(db, [...MIGRATIONS, NEXT]);
  assertEquals(versionOf(db), MIGRATIONS.length + 1);
  assertEquals(db.prepare("SELECT region FROM attempts").get()?.region, "eu");
  db.close();
});

async function append(path: string, row: ReturnType<typeof attempt>): Promise<void> {
  const ledger = await openSqliteLedger(path);
  await ledger.append({ kind: "attempt", row });
  await ledger.close();
}

async function migrateAndCrash(path: string, migrations: string[]): Promise<void> {
  const process = startCrash("migrate", path);
  const input = process.stdin.getWriter();
  await input.write(new TextEncoder().encode(JSON.stringify(migrations)));
  await input.close();
  const { signal } = await process.output();
  assertEquals(signal, "SIGKILL");
}
