/** A file of each released version opens, keeps its content, and gets the tables of the current version. */
import { DatabaseSync } from "node:sqlite";
import { openAccessStore } from "../../server/access/sqlite/sqlite_store.ts";
import { LedgerError } from "../../server/ledger/ledger.ts";
import { checkLedger } from "../../server/ledger/sqlite/care.ts";
import { MIGRATIONS, versionOf } from "../../server/ledger/sqlite/schema.ts";
import { openSqliteLedger } from "../../server/ledger/sqlite/sqlite.ts";
import { attempt } from "../contracts/ledger_contract.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { withTempFolder } from "../support/temp.ts";

/** The versions of the tables in the order of their release. A new version adds its file to `released/`. */
const LEDGERS = ["ledger_v1", "ledger_v2", "ledger_v3", "ledger_v4", "ledger_v5"];
const KEYS = ["access_v1"];

const DAY = Date.parse("2026-11-20T00:00:00Z");

/** Makes the file of a released version. */
function withReleased(version: string, use: (path: string) => void | Promise<void>): Promise<void> {
  return withTempFolder(async (folder) => {
    const path = `${folder}/released.db`;
    const db = new DatabaseSync(path);
    db.exec(Deno.readTextFileSync(new URL(`released/${version}.sql`, import.meta.url)));
    db.close();
    await use(path);
  });
}

Deno.test("there is a file of every version before this one, and of this one as soon as it changes", () => {
  assert(LEDGERS.length >= MIGRATIONS.length - 1, `released/ lacks a ledger of version ${LEDGERS.length + 1}`);
});

for (const version of LEDGERS) {
  Deno.test(`${version} is migrated: every attempt, sum, reset and notice is there, and the check finds no fault`, () =>
    withReleased(version, async (path) => {
      const ledger = await openSqliteLedger(path);
      const page = [await ledger.attempts("acme", 100), await ledger.attempts("beta", 100)];
      assertEquals(page.map(({ length }) => length), [16, 8]);
      const [newest] = page[0];
      assertEquals([newest.id, newest.model, newest.usage.total_tokens], ["attempt-0023", "gpt-5-mini", 69]);
      const usage = await ledger.usage("acme", DAY, DAY + 86_400_000);
      assertEquals(usage.map(({ attempts }) => attempts).sort(), [8, 8]);
      const rebuilt = await ledger.rebuild(DAY, DAY);
      // The reset "day of gpt-5.4" is one of an older kind, which is not read.
      const none = { requested_model: null, model: null, requests: 0, tokens: 0 };
      assertEquals(rebuilt.since_day_resets, [{ workspace_id: "beta", ...none }]);
      assertEquals([rebuilt.workspaces, rebuilt.seconds.length], [["acme", "beta"], 8]);
      assertEquals((await ledger.notices("acme", 9)).map(({ id }) => id), ["notice-0001"]);
      assertEquals(await ledger.append({ kind: "attempt", row: newest }), false);
      assertEquals(await ledger.append({ kind: "attempt", row: attempt() }), true);
      while (await ledger.prune(DAY) > 0);
      await ledger.close();
      assertEquals(checkLedger(path), { attempts: 25, faults: [] });
      const db = new DatabaseSync(path);
      assertEquals(versionOf(db), MIGRATIONS.length);
      db.close();
    }));

  Deno.test(`${version} is checked and backed up before it is migrated`, () =>
    withReleased(version, (path) => assertEquals(checkLedger(path), { attempts: 24, faults: [] })));
}

for (const version of KEYS) {
  Deno.test(`${version} is migrated: every key, pairing code and audit entry is there`, () =>
    withReleased(version, (path) => {
      const store = openAccessStore(path);
      try {
        const keys = store.keys();
        assertEquals(keys.map(({ id, kind }) => [id, kind]), [
          ["abcdefgh", "ingest"],
          ["adminkey", "admin"],
          ["revoked1", "read"],
        ]);
        assertEquals([keys[0].models, keys[0].previous?.until_ms], [["gpt-5.4"], DAY + 33 * 3_600_000]);
        assertEquals([keys[2].workspaces, keys[2].revoked_at_ms], [["acme", "beta"], DAY + 9 * 3_600_000 + 9]);
        assertEquals(store.auditTrail(10, null).map(({ seq }) => seq), [4, 3, 2, 1]);
        assertEquals(store.takePairing(new Uint8Array(32).fill(5), DAY)?.workspace_id, "acme");
      } finally {
        store.close();
      }
    }));
}

Deno.test("a ledger of a newer version is refused in words, also when only its journal says so, and stays as it is", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/quota.db`;
    await (await openSqliteLedger(path)).close();
    const refused = async () => {
      const files = () =>
        [...Deno.readDirSync(folder)].map(({ name }) => [name, Deno.readFileSync(`${folder}/${name}`)]);
      const before = new Map(files() as [string, Uint8Array][]);
      const error = await assertRejects(() => openSqliteLedger(path), LedgerError, "are of version 99");
      assert(error.message.includes("install the newer program"), error.message);
      for (const suffix of ["", "-wal"]) {
        const name = `quota.db${suffix}`;
        if (before.has(name)) assertEquals(Deno.readFileSync(`${folder}/${name}`), before.get(name));
      }
    };
    // The connection that stays open keeps the change in the journal.
    const newer = new DatabaseSync(path);
    newer.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 99");
    await refused();
    newer.close();
    await refused();
  }));
