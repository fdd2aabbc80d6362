import { assertEquals, assertRejects } from "../../tests/support/assert.ts";
import { Lazy, lazyImport } from "./lazy_import.ts";
import { withTempFolder } from "../../tests/support/temp.ts";

/** A value whose loads the test ends one by one. */
function controlled() {
  const loads: PromiseWithResolvers<string>[] = [];
  const failures: unknown[] = [];
  const load = () => {
    loads.push(Promise.withResolvers());
    return loads.at(-1)!.promise;
  };
  return { lazy: new Lazy(load, (error) => failures.push(error)), loads, failures };
}

Deno.test("all uses share one load, and are called in order when it ends", async () => {
  const { lazy, loads } = controlled();
  const used: string[] = [];
  for (const name of ["first", "second"]) lazy.use((value) => used.push(`${name} ${value}`), () => used.push("failed"));
  assertEquals([lazy.value, loads.length, used], [undefined, 1, []]);
  loads[0].resolve("loaded");
  await lazy.load();
  assertEquals(used, ["first loaded", "second loaded"]);
});

Deno.test("a loaded value is used synchronously", async () => {
  const { lazy, loads } = controlled();
  const loading = lazy.load();
  loads[0].resolve("loaded");
  await loading;
  let used: string | null = null;
  lazy.use((value) => used = value, () => {});
  assertEquals([used, lazy.value, loads.length], ["loaded", "loaded", 1]);
});

Deno.test("a failed load is reported to its uses and to the owner, and the next use tries again", async () => {
  const { lazy, loads, failures } = controlled();
  const used: string[] = [];
  const use = () => lazy.use((value) => used.push(value), () => used.push("unavailable"));
  use();
  use();
  loads[0].reject(new Error("disk"));
  await assertRejects(() => lazy.load(), Error, "disk");
  assertEquals([used, failures.map(String), loads.length], [["unavailable", "unavailable"], ["Error: disk"], 1]);
  use();
  loads[1].resolve("loaded");
  await lazy.load();
  assertEquals([used.at(-1), failures.length], ["loaded", 1]);
});

Deno.test("useIfStarted waits for a load that is under way, and starts none", async () => {
  const { lazy, loads, failures } = controlled();
  const used: string[] = [];
  const use = (value: string) => used.push(value);
  await lazy.useIfStarted(use);
  assertEquals(loads.length, 0);
  lazy.use(() => {}, () => {});
  const failed = lazy.useIfStarted(use);
  loads[0].reject(new Error("disk"));
  await failed;
  lazy.use(() => {}, () => {});
  const loaded = lazy.useIfStarted(use);
  loads[1].resolve("loaded");
  await loaded;
  assertEquals([used, failures.length], [["loaded"], 1]);
});

Deno.test("a module that could not be read is imported once it can be", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/part.ts`;
    await assertRejects(() => lazyImport(`file://${path}`), TypeError, "Module not found");
    Deno.writeTextFileSync(path, "export const part = 1;");
    assertEquals((await lazyImport<{ part: number }>(`file://${path}`)).part, 1);
  }));

Deno.test("the result of a function that uses a loaded value is not returned", async () => {
  const lazy = new Lazy(() => Promise.resolve(1), () => {});
  await lazy.load();
  assertEquals(lazy.use(() => true, () => {}), undefined);
});
