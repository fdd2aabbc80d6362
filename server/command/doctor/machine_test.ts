import { openAccessStore } from "../../access/sqlite/sqlite_store.ts";
import { Keyring } from "../../access/keyring.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../../tests/support/assert.ts";
import { withTempFolder } from "../../../tests/support/temp.ts";
import { thisMachine } from "./machine.ts";

const { disk, network, keysOf, builds } = thisMachine();
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name);

Deno.test("the probe of a folder says how much fits, and leaves nothing behind", () =>
  withTempFolder((folder) => {
    for (const path of [folder, `${folder}/new`, `${folder}/new/below`]) {
      assert(disk.probe(path) > 0);
      assertEquals(names(folder), []);
    }
    Deno.writeTextFileSync(`${folder}/file`, "");
    assertThrows(() => disk.probe(`${folder}/file`), Error);
    return Promise.resolve();
  }));

Deno.test("a folder that this user made is their own, and so is one that is still missing", () =>
  withTempFolder((folder) => {
    assertEquals([disk.isOwn(folder), disk.isOwn(`${folder}/missing`)], [true, true]);
    if (Deno.uid() === 0) {
      Deno.chownSync(folder, 12_345, null);
      assertEquals(disk.isOwn(folder), false);
      Deno.chownSync(folder, 0, null);
    }
    return Promise.resolve();
  }));

Deno.test("a port that is taken cannot be listened on, and one that is free stays free", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  await assertRejects(() => network.tryListen("127.0.0.1", port), Deno.errors.AddrInUse);
  taken.close();
  for (let time = 0; time < 2; time++) await network.tryListen("127.0.0.1", port);
  await network.tryListen("[::1]", 0);
});

Deno.test("keys are read from the store's file; without one there are none, and none is made", () =>
  withTempFolder((folder) => {
    const store = `sqlite:${folder}/quota.db`;
    assertEquals([keysOf("memory:"), keysOf(store), names(folder)], [[], [], []]);
    const file = openAccessStore(`${folder}/quota.access.db`);
    const { key } = new Keyring(file, Date.now).create({ kind: "admin", workspaces: [] }, {
      actor: "a",
      address: null,
    });
    file.close();
    assertEquals(keysOf(store).map(({ id }) => id), [key.id]);
    return Promise.resolve();
  }));

Deno.test("a build's manifest is read, and one that is not there is none", () =>
  withTempFolder((folder) => {
    assertEquals(Object.keys(builds.folders), ["Chromium", "Firefox"]);
    const manifest = `${folder}/manifest.json`;
    assertEquals(builds.read(manifest), null);
    Deno.writeTextFileSync(manifest, "{}");
    assertEquals(builds.read(manifest), "{}");
    return Promise.resolve();
  }));
