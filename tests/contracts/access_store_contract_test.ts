/** One suite for every store of keys. */
import { existsSync } from "node:fs";
import { Keyring } from "../../server/access/keyring.ts";
import { MemoryAccessStore } from "../../server/access/memory_store.ts";
import { OnDemandStore } from "../../server/access/on_demand_store.ts";
import { openAccess } from "../../server/access/open.ts";
import { openAccessStore } from "../../server/access/sqlite/sqlite_store.ts";
import type { StoredKey } from "../../server/access/key.ts";
import type { AccessStore, AuditEntry } from "../../server/access/store.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";
import { withTempFolder } from "../support/temp.ts";

const STORES: Record<string, (use: (store: AccessStore) => void) => Promise<void>> = {
  memory: (use) => Promise.resolve(use(new MemoryAccessStore())),
  "opened on demand": (use) =>
    Promise.resolve(use(new OnDemandStore({ exists: () => false, open: () => new MemoryAccessStore() }))),
  sqlite: (use) =>
    withTempFolder((folder) => {
      const store = openAccessStore(`${folder}/new/access.db`);
      try {
        use(store);
      } finally {
        store.close();
      }
      return Promise.resolve();
    }),
};

const bytes = (value: number) => new Uint8Array(32).fill(value);

const KEY: StoredKey = {
  id: "abcdefgh",
  kind: "ingest",
  workspaces: ["acme"],
  app: "report",
  models: ["gpt-5.4"],
  note: "nightly",
  created_at_ms: 1,
  created_by: "command line",
  expires_at_ms: 9,
  revoked_at_ms: null,
  last_used_at_ms: null,
  hash: bytes(1),
  previous: { hash: bytes(2), until_ms: 5 },
};

const entry = (action: string, at_ms = 1): AuditEntry => ({
  at_ms,
  actor: "command line",
  address: null,
  action,
  target: "acme",
  detail: { note: "x" },
});

const actions = (store: AccessStore, limit = 10, before: number | null = null) =>
  store.auditTrail(limit, before).map(({ action }) => action);

for (const [name, withStore] of Object.entries(STORES)) {
  Deno.test(`${name}: a key is returned as stored, and replaced under its id`, () =>
    withStore((store) => {
      store.putKey(KEY, entry("key_created"));
      assertEquals(store.keys(), [KEY]);
      const changed: StoredKey = { ...KEY, models: null, previous: null, revoked_at_ms: 7, last_used_at_ms: 6 };
      assertEquals(store.putKey(changed, null), true);
      assertEquals(store.keys(), [changed]);
      assertEquals(actions(store), ["key_created"]);
    }));

  Deno.test(`${name}: a revoked key is not changed any more, and nothing is recorded`, () =>
    withStore((store) => {
      const revoked: StoredKey = { ...KEY, revoked_at_ms: 7 };
      assertEquals(store.putKey(revoked, entry("key_revoked")), true);
      assertEquals(store.putKey(KEY, entry("key_rotated")), false);
      assertEquals(store.keys(), [revoked]);
      assertEquals(actions(store), ["key_revoked"]);
    }));

  Deno.test(`${name}: a use changes only the time of the last use`, () =>
    withStore((store) => {
      store.putKey({ ...KEY, revoked_at_ms: 7 }, null);
      store.touchKey(KEY.id, 42);
      store.touchKey("missing1", 42);
      assertEquals(store.keys(), [{ ...KEY, revoked_at_ms: 7, last_used_at_ms: 42 }]);
    }));

  Deno.test(`${name}: a pairing code works once, and not after it has expired`, () =>
    withStore((store) => {
      const pairing = { hash: bytes(3), workspace_id: "acme", created_by: "admin", expires_at_ms: 10 };
      store.putPairing(pairing, entry("pairing_created"));
      assertEquals(store.auditTrail(10, null).map(({ action }) => action), ["pairing_created"]);
      assertEquals(store.takePairing(bytes(4), 9), null);
      assertEquals(store.takePairing(bytes(3), 9)?.workspace_id, "acme");
      assertEquals(store.takePairing(bytes(3), 9), null);
      store.putPairing(pairing, entry("pairing_created"));
      assertEquals(store.takePairing(bytes(3), 10), null);
    }));

  Deno.test(`${name}: the audit trail is listed newest first, page by page, and pruned by age`, () =>
    withStore((store) => {
      for (const [at, action] of ["a", "b", "c"].entries()) store.audit(entry(action, at));
      assertEquals(actions(store, 2), ["c", "b"]);
      const [, last] = store.auditTrail(2, null);
      assertEquals(actions(store, 2, last.seq), ["a"]);
      assertEquals(store.auditTrail(1, null)[0].detail, { note: "x" });
      store.prune(1, 0);
      assertEquals(actions(store), ["c", "b"]);
    }));

  Deno.test(`${name}: pruning deletes pairing codes that have expired`, () =>
    withStore((store) => {
      const pairing = { workspace_id: "acme", created_by: "admin" };
      store.putPairing({ ...pairing, hash: bytes(3), expires_at_ms: 10 }, entry("pairing_created"));
      store.putPairing({ ...pairing, hash: bytes(4), expires_at_ms: 11 }, entry("pairing_created"));
      store.prune(0, 10);
      assertEquals([store.takePairing(bytes(3), 9), store.takePairing(bytes(4), 9)?.expires_at_ms], [null, 11]);
    }));

  Deno.test(`${name}: its own writes are not reported as changes`, () =>
    withStore((store) => {
      store.putKey(KEY, null);
      assertEquals(store.changed(), false);
    }));
}

Deno.test("sqlite: changes of another process are reported, and only the owner may read the file", () =>
  withTempFolder((folder) => {
    const path = `${folder}/access.db`;
    const [service, command] = [openAccessStore(path), openAccessStore(path)];
    assertEquals(service.changed(), false);
    command.putKey(KEY, entry("key_created"));
    assertEquals([service.changed(), service.changed()], [true, false]);
    assertEquals(service.keys(), [KEY]);
    command.close();
    service.close();
    assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
    return Promise.resolve();
  }));

Deno.test("sqlite: another program's file and a newer version's are refused and not changed", () =>
  withTempFolder(async (folder) => {
    const { DatabaseSync } = await import("node:sqlite");
    for (
      const [sql, why] of [
        ["CREATE TABLE theirs (a INTEGER); PRAGMA application_id = 7;", "another program's file"],
        ["CREATE TABLE keys (id TEXT); PRAGMA application_id = 1363632483; PRAGMA user_version = 99;", "version 99"],
      ]
    ) {
      const path = `${folder}/${why.length}.db`;
      const db = new DatabaseSync(path);
      db.exec(sql);
      db.close();
      assertThrows(() => openAccessStore(path), Error, why);
    }
    await Deno.writeTextFile(`${folder}/text.db`, "no database, but long enough to be read as one".repeat(20));
    assertThrows(() => openAccessStore(`${folder}/text.db`), Error, "Cannot open the keys in");
  }));

Deno.test("opened on demand: reading makes no file, and the file of another process is a change", () =>
  withTempFolder((folder) => {
    const path = `${folder}/quota.access.db`;
    const service = openAccess(`sqlite:${folder}/quota.db`, () => {});
    service.prune(1, 1);
    assertEquals([service.keys(), service.auditTrail(1, null), service.changed()], [[], [], false]);
    assertEquals(service.takePairing(bytes(3), 0), null);
    assertEquals(existsSync(path), false);
    const command = openAccessStore(path);
    command.putKey(KEY, entry("key_created"));
    assertEquals([service.changed(), service.changed()], [true, false]);
    assertEquals(service.keys(), [KEY]);
    command.close();
    service.close();
    return Promise.resolve();
  }));

Deno.test("opened on demand: a file that cannot be opened fails each time it is needed, until it can", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/quota.access.db`;
    const service = openAccess(`sqlite:${folder}/quota.db`, () => {});
    await Deno.writeTextFile(path, "no database, but long enough to be read as one".repeat(20));
    assertThrows(() => service.changed(), Error, "Cannot open the keys in");
    assertThrows(() => service.keys(), Error, "Cannot open the keys in");
    await Deno.remove(path);
    service.putKey(KEY, null);
    assertEquals(service.keys(), [KEY]);
    service.close();
  }));

Deno.test("sqlite: of two processes that take the same pairing code, one gets it", () =>
  withTempFolder((folder) => {
    const path = `${folder}/access.db`;
    const processes = [openAccessStore(path), openAccessStore(path)];
    const pairing = { hash: bytes(3), workspace_id: "acme", created_by: "admin", expires_at_ms: 10 };
    processes[0].putPairing(pairing, entry("pairing_created"));
    const taken = processes.map((store) => store.takePairing(bytes(3), 9)?.workspace_id ?? null);
    assertEquals(taken, ["acme", null]);
    for (const store of processes) store.close();
    return Promise.resolve();
  }));

Deno.test("sqlite: a use or a rotation in the service does not undo a revocation that it has not read yet", () =>
  withTempFolder((folder) => {
    const path = `${folder}/access.db`;
    const by = { actor: "test", address: null };
    const stores = [openAccessStore(path), openAccessStore(path)];
    const [service, command] = stores.map((store) => new Keyring(store, () => 60_000));
    const { key, text } = service.create({ kind: "read", workspaces: ["acme"] }, by);
    command.refresh();
    command.revoke(key.id, by);
    service.touch(key);
    assertThrows(() => service.rotate(key.id, 0, by), Error, "it is revoked");
    service.refresh();
    assertEquals(service.check(text), "key_invalid");
    assertEquals(stores.map((store) => store.keys()[0].revoked_at_ms), [60_000, 60_000]);
    for (const store of stores) store.close();
    return Promise.resolve();
  }));

Deno.test("sqlite: uses of keys reach the file with the next check for changes, and with the end", () =>
  withTempFolder((folder) => {
    const path = `${folder}/access.db`;
    const [service, command] = [openAccessStore(path), openAccessStore(path)];
    const lastUsed = () => command.keys()[0].last_used_at_ms;
    service.putKey(KEY, null);
    service.touchKey(KEY.id, 1);
    assertEquals(lastUsed(), null);
    service.changed();
    assertEquals(lastUsed(), 1);
    service.touchKey(KEY.id, 2);
    service.close();
    assertEquals(lastUsed(), 2);
    command.close();
    return Promise.resolve();
  }));

Deno.test("sqlite: while another process writes, a use waits, and a revocation is read all the same", () =>
  withTempFolder(async (folder) => {
    const { DatabaseSync } = await import("node:sqlite");
    const path = `${folder}/access.db`;
    const [service, command] = [openAccessStore(path), openAccessStore(path)];
    service.putKey(KEY, null);
    command.putKey({ ...KEY, revoked_at_ms: 3 }, null);
    const locker = new DatabaseSync(path);
    locker.exec("BEGIN IMMEDIATE");
    service.touchKey(KEY.id, 5);
    const started = performance.now();
    assertEquals([service.changed(), service.keys()[0].revoked_at_ms], [true, 3]);
    assertEquals(performance.now() - started < 1000, true);
    locker.exec("ROLLBACK");
    locker.close();
    service.changed();
    assertEquals(command.keys()[0].last_used_at_ms, 5);
    service.close();
    command.close();
  }));
