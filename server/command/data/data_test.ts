import { DatabaseSync } from "node:sqlite";
import { attempt } from "../../../tests/contracts/ledger_contract.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "../../../tests/support/assert.ts";
import { ODD_FILES } from "../../../tests/support/odd_files.ts";
import { withTempFolder } from "../../../tests/support/temp.ts";
import { Keyring } from "../../access/keyring.ts";
import { openAccessStore } from "../../access/sqlite/sqlite_store.ts";
import { openSqliteLedger } from "../../ledger/sqlite/sqlite.ts";
import { backUp } from "./backup.ts";
import { checkData } from "./check.ts";
import type { DataPaths } from "./paths.ts";
import { restore } from "./restore.ts";

const NOW = new Date("2026-11-26T12:00:00Z");
const BY = { actor: "command line", address: null };

interface Data {
  folder: string;
  paths: DataPaths;
  backup: string;
}

/** A data folder with one attempt and one key, both closed. */
function withData(use: (data: Data, key: string) => void | Promise<void>): Promise<void> {
  return withTempFolder(async (folder) => {
    const paths = { ledger: `${folder}/data/quota.db`, keys: `${folder}/data/quota.access.db` };
    await append(paths);
    await use({ folder, paths, backup: `${folder}/backup.db` }, addKey(paths));
  });
}

async function append({ ledger: path }: DataPaths): Promise<void> {
  const ledger = await openSqliteLedger(path);
  await ledger.append({ kind: "attempt", row: attempt() });
  await ledger.close();
}

function withKeyring<T>({ keys }: DataPaths, use: (keyring: Keyring) => T): T {
  const store = openAccessStore(keys);
  try {
    return use(new Keyring(store, () => 1_000));
  } finally {
    store.close();
  }
}

const addKey = (paths: DataPaths) =>
  withKeyring(paths, (keyring) => keyring.create({ kind: "admin", workspaces: [] }, BY).text);
const isValid = (paths: DataPaths, key: string) =>
  withKeyring(paths, (keyring) => typeof keyring.check(key) !== "string");

function change(path: string, sql: string): void {
  using db = new DatabaseSync(path);
  db.exec(sql);
}

/** Every file of a folder with its content. */
function contents(folder: string): Record<string, string> {
  const names = [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile).map(({ name }) => name).sort();
  return Object.fromEntries(names.map((name) => [name, Deno.readFileSync(`${folder}/${name}`).toHex()]));
}

Deno.test("a backup is one file with attempts and keys that only its owner may read, made while both are open", () =>
  withData(async ({ folder, paths, backup }) => {
    const ledger = await openSqliteLedger(paths.ledger);
    const store = openAccessStore(paths.keys);
    await ledger.append({ kind: "attempt", row: attempt() });
    addKey(paths);
    assertEquals(await backUp(paths, backup), { attempts: 2, keys: 2 });
    await ledger.close();
    store.close();
    assertEquals(Object.keys(contents(folder)), ["backup.db"]);
    assertEquals(Deno.statSync(backup).mode! & 0o777, 0o600);
  }));

Deno.test("a restore brings back attempts and keys; people can log in; the files before are kept", () =>
  withData(async ({ paths, backup }, key) => {
    await backUp(paths, backup);
    Deno.chmodSync(paths.ledger, 0o640);
    await append(paths);
    const later = addKey(paths);
    withKeyring(paths, (keyring) => keyring.revoke(keyring.list().at(0)!.id, BY));
    const { attempts, keys, kept } = restore(backup, paths, NOW);
    assertEquals([attempts, keys, kept.length], [1, 1, 2]);
    assertEquals(checkData(paths), { attempts: 1, keys: 1, faults: [] });
    assertEquals([isValid(paths, key), isValid(paths, later)], [true, false]);
    assertEquals(checkData({ ledger: kept[0], keys: kept[1] }), { attempts: 2, keys: 2, faults: [] });
    await append(paths);
    const modes = [paths.ledger, paths.keys].map((path) => Deno.statSync(path).mode! & 0o777);
    assertEquals(modes, [0o640, 0o600]);
    // Nothing of the keys stays in the ledger's file.
    assert(!new TextDecoder("latin1").decode(Deno.readFileSync(paths.ledger)).includes("CREATE TABLE keys"));
  }));

Deno.test("a restore into an empty folder makes everything", () =>
  withData(async ({ folder, paths, backup }, key) => {
    await backUp(paths, backup);
    const fresh = { ledger: `${folder}/new/below/q.db`, keys: `${folder}/new/below/q.access.db` };
    assertEquals(restore(backup, fresh, NOW), { attempts: 1, keys: 1, kept: [] });
    assertEquals(isValid(fresh, key), true);
    await append(fresh);
  }));

Deno.test("a backup without keys, such as one of an older version, leaves the keys as they are", () =>
  withData(async ({ paths, backup }, key) => {
    assertEquals(await backUp({ ...paths, keys: `${paths.keys}.none` }, backup), { attempts: 1, keys: null });
    assertEquals(restore(backup, paths, NOW).keys, null);
    assertEquals(isValid(paths, key), true);
  }));

Deno.test("a link to the data stays a link, and the file behind it is replaced", () =>
  withData(async ({ folder, paths, backup }) => {
    await backUp(paths, backup);
    const link = { ledger: `${folder}/link.db`, keys: `${folder}/link.access.db` };
    Deno.symlinkSync(paths.ledger, link.ledger);
    Deno.symlinkSync(paths.keys, link.keys);
    restore(backup, link, NOW);
    assertEquals([Deno.lstatSync(link.ledger).isSymlink, Deno.lstatSync(link.keys).isSymlink], [true, true]);
    assertEquals(checkData(paths).attempts, 1);
  }));

Deno.test("while a service runs, a restore is refused and changes nothing", () =>
  withData(async ({ paths, backup, folder }) => {
    await backUp(paths, backup);
    const ledger = await openSqliteLedger(paths.ledger);
    const before = contents(`${folder}/data`);
    assertThrows(() => restore(backup, paths, NOW), Error, "has it open");
    assertEquals(contents(`${folder}/data`), before);
    await ledger.close();
  }));

const BAD_BACKUPS: [why: string, sql: string, message: string][] = [
  ["sums that do not fit", "DELETE FROM rollups", "differ from its attempts"],
  ["a newer version", "PRAGMA user_version = 99", "version 99"],
  ["a damaged file of keys", "UPDATE backup_keys SET bytes = zeroblob(length(bytes))", "Cannot open the keys"],
  ["half a file of keys", "UPDATE backup_keys SET bytes = substr(bytes, 1, length(bytes) / 2)", "keys"],
  [
    "keys of a newer version",
    // Bytes 60 to 63 of a SQLite file are its user version.
    "UPDATE backup_keys SET bytes = CAST(substr(bytes, 1, 60) || X'00000063' || substr(bytes, 65) AS BLOB)",
    "it has version 99",
  ],
];

for (const [why, sql, message] of BAD_BACKUPS) {
  Deno.test(`a backup with ${why} is refused, and nothing is changed`, () =>
    withData(async ({ paths, backup, folder }) => {
      await backUp(paths, backup);
      change(backup, sql);
      const before = contents(`${folder}/data`);
      assertThrows(() => restore(backup, paths, NOW), Error, message);
      assertEquals(contents(`${folder}/data`), before);
    }));
}

Deno.test("data with faults is not backed up, and no file is left", () =>
  withData(async ({ paths, backup, folder }) => {
    change(paths.keys, "UPDATE keys SET workspaces = '['");
    await assertRejects(() => backUp(paths, backup), Error, "cannot be used: its record is damaged");
    assertEquals(checkData(paths).faults.length, 1);
    change(paths.ledger, "DELETE FROM rollups");
    assertEquals(checkData(paths).faults.length, 2);
    await assertRejects(() => backUp(paths, backup), Error, "differ from its attempts");
    assertEquals(Object.keys(contents(folder)), []);
  }));

for (const [kind, make] of Object.entries(ODD_FILES)) {
  Deno.test(`FAULT 66: ${kind} in place of a backup, of its source or of its target is refused`, () =>
    withData(async ({ paths, backup, folder }) => {
      await make(`${folder}/odd`);
      await assertRejects(() => backUp(paths, `${folder}/odd`), Error, "the file exists. Name another");
      assertThrows(() => restore(`${folder}/odd`, paths, NOW), Error, `it is ${kind}`);
      await backUp(paths, backup);
      for (const name of ["ledger", "keys"] as const) {
        const odd = { ...paths, [name]: `${folder}/odd` };
        assertThrows(() => restore(backup, odd, NOW), Error, `it is ${kind}`);
        await assertRejects(async () => await checkData(odd), Error, `it is ${kind}`);
        await assertRejects(() => backUp(odd, `${folder}/other.db`), Error, `it is ${kind}`);
      }
      assertEquals(checkData(paths), { attempts: 1, keys: 1, faults: [] });
    }));
}

Deno.test("FAULT 66: nothing with the name of an unfinished file is overwritten", () =>
  withData(async ({ paths, backup, folder }) => {
    await Deno.writeTextFile(`${folder}/precious`, "kept");
    for (const name of [`${backup}.unfinished`, `${paths.ledger}.unfinished`, `${paths.keys}.unfinished`]) {
      Deno.symlinkSync(`${folder}/precious`, name);
    }
    await backUp(paths, backup);
    restore(backup, paths, NOW);
    assertEquals(await Deno.readTextFile(`${folder}/precious`), "kept");
  }));

Deno.test("a restore that cannot put the keys in place takes the ledger back", () =>
  withData(async ({ paths, backup }) => {
    await backUp(paths, backup);
    await append(paths);
    // The name under which the keys before would be kept is taken by a folder that is not empty.
    const kept = `${paths.keys}.before-2026-11-26T12-00-00-000Z`;
    await Deno.mkdir(`${kept}/full`, { recursive: true });
    assertThrows(() => restore(backup, paths, NOW), Error);
    assertEquals(checkData(paths), { attempts: 2, keys: 1, faults: [] });
  }));

Deno.test("a backup to a folder that does not exist says so", () =>
  withData(async ({ paths, folder }) => {
    const error = await assertRejects(() => backUp(paths, `${folder}/none/backup.db`), Error);
    assertStringIncludes(error.message, `Cannot write the backup ${folder}/none/backup.db`);
  }));
