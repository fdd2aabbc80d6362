import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals, assertThrows } from "../../../tests/support/assert.ts";
import { ODD_FILES } from "../../../tests/support/odd_files.ts";
import { withTempFolder } from "../../../tests/support/temp.ts";
import { AccessError } from "../access_error.ts";
import { Keyring } from "../keyring.ts";
import { openAccess } from "../open.ts";
import { openAccessStore } from "./sqlite_store.ts";

const BY = { actor: "command line", address: null };
const READ = { kind: "read", workspaces: ["acme"] } as const;
const request = () => ({ ...READ, workspaces: [...READ.workspaces] });

/** A keyring on a new file, with the events of the file. */
function withKeyring(
  use: (at: { path: string; keyring: Keyring; events: string[]; problems: (string | null)[] }) => void | Promise<void>,
) {
  return withTempFolder(async (folder) => {
    const path = `${folder}/quota.access.db`;
    const [events, problems]: [string[], (string | null)[]] = [[], []];
    const store = openAccessStore(path, (event) => events.push(event));
    const keyring = new Keyring(store, () => 1_000, (why) => problems.push(why));
    try {
      await use({ path, keyring, events, problems });
    } finally {
      store.close();
    }
  });
}

const isValid = (checked: unknown) => typeof checked !== "string";

/** Runs `use` with a second keyring on the file, as the command line has one. */
function elsewhere<T>(path: string, use: (keyring: Keyring) => T): T {
  const store = openAccessStore(path);
  try {
    return use(new Keyring(store, () => 1_000));
  } finally {
    store.close();
  }
}

for (const [kind, make] of Object.entries(ODD_FILES)) {
  for (const suffix of ["", "-wal", "-shm"]) {
    Deno.test(`FAULT 66: ${kind} in place of quota.access.db${suffix} stops the start, and is named`, () =>
      withTempFolder(async (folder) => {
        const path = `${folder}/quota.access.db`;
        if (suffix !== "") openAccessStore(path).close();
        await make(path + suffix);
        const start = () => new Keyring(openAccess(`sqlite:${folder}/quota.db`, () => {}), () => 0);
        assertThrows(start, AccessError, `Cannot open the keys in ${path}${suffix}: it is `);
      }));
  }
}

Deno.test("FAULT 66: a file of keys with two names is refused", () =>
  withTempFolder((folder) => {
    const path = `${folder}/quota.access.db`;
    openAccessStore(path).close();
    Deno.linkSync(path, `${folder}/second.db`);
    assertThrows(() => openAccessStore(path), AccessError, "it has 2 names (hard links)");
    assertThrows(() => openAccessStore(`${folder}/second.db`), AccessError, "it has 2 names (hard links)");
  }));

Deno.test("FAULT 66: a deleted file of keys is written again with all keys, and the command line sees them", () =>
  withKeyring(({ path, keyring, events, problems }) => {
    const { text, key } = keyring.create(request(), BY);
    Deno.removeSync(path);
    const late = keyring.create(request(), BY);
    keyring.refresh();
    assertEquals(events, ["keys_file_restored"]);
    const ids = elsewhere(path, (other) => other.list()).map(({ id }) => id);
    assertEquals(new Set(ids), new Set([key.id, late.key.id]));
    elsewhere(path, (other) => other.revoke(key.id, BY));
    keyring.refresh();
    assertEquals([keyring.check(text), problems, Deno.statSync(path).mode! & 0o777], ["key_invalid", [], 0o600]);
  }));

Deno.test("FAULT 66: a deleted folder of the keys is a problem until they can be written again; keys stay valid", () =>
  withKeyring(({ path, keyring, events, problems }) => {
    const { text, key } = keyring.create(request(), BY);
    Deno.removeSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path.slice(0, path.lastIndexOf("/")), "in the way");
    keyring.refresh();
    keyring.refresh();
    assertEquals([problems.length, keyring.problem !== null, isValid(keyring.check(text))], [1, true, true]);
    Deno.removeSync(path.slice(0, path.lastIndexOf("/")));
    keyring.refresh();
    assertEquals([events, keyring.problem, problems.at(-1)], [["keys_file_restored"], null, null]);
    assertEquals(elsewhere(path, (other) => other.list()).map(({ id }) => id), [key.id]);
  }));

Deno.test("FAULT 66: another file of keys that takes the file's place is followed; garbage is a problem", () =>
  withKeyring(({ path, keyring, events }) => {
    const { text } = keyring.create(request(), BY);
    const other = elsewhere(`${path}.other`, (other) => other.create(request(), BY));
    Deno.writeTextFileSync(`${path}.garbage`, "garbage".repeat(1000));
    Deno.renameSync(`${path}.garbage`, path);
    keyring.refresh();
    assert(keyring.problem?.includes("Cannot open the keys"), `${keyring.problem}`);
    assert(isValid(keyring.check(text)));
    Deno.renameSync(`${path}.other`, path);
    keyring.refresh();
    assertEquals([events, keyring.problem], [["keys_file_replaced"], null]);
    assertEquals([text, other.text].map((text) => isValid(keyring.check(text))), [false, true]);
  }));

Deno.test("FAULT 66: after its journal was deleted, the service sees the changes of the command line again", () =>
  withKeyring(({ path, keyring, events }) => {
    const { text, key } = keyring.create(request(), BY);
    for (const suffix of ["-wal", "-shm"]) Deno.removeSync(path + suffix);
    keyring.refresh();
    assertEquals(events, ["keys_journal_restored"]);
    elsewhere(path, (other) => other.revoke(key.id, BY));
    keyring.refresh();
    assertEquals(keyring.check(text), "key_invalid");
  }));

Deno.test("a newer version's file and another program's are refused, and not one byte of the folder changes", () =>
  withTempFolder((folder) => {
    const path = `${folder}/quota.access.db`;
    const refuse = (sql: string, message: string) => {
      const db = new DatabaseSync(path);
      db.exec(sql);
      db.close();
      const before = Deno.readFileSync(path);
      assertThrows(() => openAccessStore(path), AccessError, message);
      assertEquals(Deno.readFileSync(path), before);
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["quota.access.db"]);
    };
    refuse("CREATE TABLE recipes (name TEXT)", "it is another program's file");
    Deno.removeSync(path);
    openAccessStore(path).close();
    refuse("PRAGMA journal_mode = DELETE; PRAGMA user_version = 99", "it has version 99");
  }));
