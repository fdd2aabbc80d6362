import { api, bench, keeper, send } from "../../tests/api/fixture.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../tests/support/assert.ts";
import { withTempFolder } from "../../tests/support/temp.ts";
import { limitsFile, limitsInMemory } from "./limits_file.ts";
import { StartFault } from "../config/start_fault.ts";

const set = (requests_per_minute: number) => JSON.stringify({ workspaces: { acme: { requests_per_minute } } });
const limitOf = ({ tracker }: ReturnType<typeof bench>) => tracker.limits("acme").limits.requests_per_minute;

Deno.test("the file's limits are in force from the start; without a file the environment's are", async () => {
  const of = bench();
  await keeper(of, limitsInMemory(set(7))).start();
  assertEquals(limitOf(of), 7);
  const none = bench();
  await keeper(none).start();
  assertEquals([limitOf(none), none.log], [10, []]);
});

Deno.test("a file with faults stops the start with all of them", async () => {
  const text = JSON.stringify({
    default: { requests_per_hour: 5, tokens_per_day: 0 },
    workspaces: {
      "../etc": {},
      acme: { requests_per_minute: "many", models: { "gpt-5.4": { tokens_per_minute: 1.5 } } },
    },
  });
  const { message } = await assertRejects(() => keeper(bench(), limitsInMemory(text)).start(), StartFault);
  for (
    const named of [
      "requests_per_hour",
      "default.tokens_per_day",
      "../etc",
      "workspaces.acme.requests_per_minute",
      `workspaces.acme.models["gpt-5.4"].tokens_per_minute`,
    ]
  ) assertStringIncludes(message, named);
  for (const wrong of ["", "{", "[]", "null", '{"__proto__": {}}', '{"workspaces": {"__proto__": {}}}']) {
    await assertRejects(() => keeper(bench(), limitsInMemory(wrong)).start(), StartFault);
  }
});

Deno.test("a changed file is in force within a second, and keeps the counts", async () => {
  const of = bench();
  const store = limitsInMemory(set(7));
  const keeping = keeper(of, store);
  await keeping.start();
  const stop = keeping.watch(of.clock);
  send(of.tracker);
  store.text = set(3);
  of.clock.advance(1000);
  await keeping.refresh();
  const { current, limit } = of.tracker.status("acme").stats.requests_per_minute!;
  assertEquals([current, limit], [1, 3]);
  store.text = null;
  await keeping.refresh();
  assertEquals(limitOf(of), 10);
  stop();
  assertEquals(of.log, ["limits_loaded", "limits_loaded", "limits_file_gone"]);
});

Deno.test("a file that becomes invalid while running leaves the limits before it in force, is logged once, and recovers", async () => {
  const of = bench();
  const store = limitsInMemory(set(7));
  const keeping = keeper(of, store);
  await keeping.start();
  const health = async () => {
    const { status, limits } = await (await api(of, null, keeping).request("/healthz")).json();
    return [status, limits];
  };
  store.text = '{"workspaces": ';
  await keeping.refresh();
  await keeping.refresh();
  assertEquals([limitOf(of), of.log], [7, ["limits_loaded", "limits_refused"]]);
  assertEquals(await health(), ["degraded", "refused"]);
  await assertRejects(() => keeping.set("acme", {}), Error, "fix its faults first: it is not valid JSON");
  assertEquals(store.text, '{"workspaces": ');
  store.text = set(8);
  await keeping.refresh();
  assertEquals([limitOf(of), await health()], [8, ["ok", "ok"]]);
});

Deno.test("limits set by an admin are in force and in the file, and keep the rest of the file", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/limits.json`;
    await Deno.writeTextFile(path, JSON.stringify({ default: { tokens_per_day: 5 }, workspaces: { beta: {} } }));
    const of = bench();
    const keeping = keeper(of, limitsFile(path));
    await keeping.start();
    await Promise.all([keeping.set("acme", { requests_per_minute: 4 }), keeping.set("beta", { tokens_per_day: null })]);
    assertEquals(limitOf(of), 4);
    const kept = JSON.parse(await Deno.readTextFile(path));
    assertEquals(kept, {
      default: { tokens_per_day: 5 },
      workspaces: { beta: { tokens_per_day: null }, acme: { requests_per_minute: 4 } },
    });
    // The keeper's own write is not logged as a change.
    await keeping.refresh();
    assertEquals(of.log, ["limits_loaded", "limits_set", "limits_set"]);
    await keeping.set("acme", {});
    assert(!("acme" in JSON.parse(await Deno.readTextFile(path)).workspaces));
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["limits.json"]);
  }));

Deno.test("limits that cannot be written change nothing, and the answer says why", () =>
  withTempFolder(async (folder) => {
    const of = bench();
    const keeping = keeper(of, limitsFile(`${folder}/data/limits.json`));
    await keeping.start();
    await Deno.writeTextFile(`${folder}/data`, "");
    const answer = await api(of, "correct-horse", keeping).request("/api/quota/limits?workspace_id=acme", {
      method: "PUT",
      headers: { "content-type": "application/json", "x-admin-key": "correct-horse" },
      body: '{"requests_per_minute": 5}',
    });
    const { code, detail } = await answer.json();
    assertEquals([answer.status, code, limitOf(of)], [503, "limits_unwritable", 10]);
    assertStringIncludes(detail, 'Cannot set limits for "acme"');
  }));

Deno.test("a file that cannot be read stops the start; while running it is a fault until it can be read", async () => {
  const of = bench();
  const store = limitsInMemory(set(7));
  const unreadable = { ...store, read: () => Promise.reject(new Error("permission denied")) };
  const failing = await assertRejects(() => keeper(of, unreadable).start(), StartFault);
  assertStringIncludes(failing.message, "  - it cannot be read: permission denied");
  assertEquals(of.log, []);
  const keeping = keeper(of, store);
  await keeping.start();
  const { stamp } = store;
  store.stamp = () => Promise.reject(new Error("permission denied"));
  await keeping.refresh();
  assertEquals([keeping.faults, limitOf(of)], [["it cannot be read: permission denied"], 7]);
  store.stamp = stamp;
  store.text = set(8);
  await keeping.refresh();
  assertEquals([keeping.faults, limitOf(of)], [[], 8]);
});
