import { assertEquals } from "../support/assert.ts";
import { ENTRIES } from "./house.ts";
import { readModules, targetOf } from "./module_graph.ts";
import { allSources, productSources } from "./sources.ts";
import { unusedExports } from "./unused_exports.ts";

/** The files whose exports are checked; all other files count as importers. */
const CHECKED = /^(shared|server|extension|demo|tests\/support)\//;

const read = (files: Record<string, string>) =>
  readModules(Object.entries(files).map(([path, text]) => ({ path, text })));

Deno.test("every export is imported by another file", async () => {
  const modules = readModules(await allSources(["shared", "server", "extension", "demo", "tools", "tests"]));
  assertEquals(unusedExports(modules, ENTRIES).filter((found) => CHECKED.test(found)), []);
});

Deno.test("every file of the product is imported, run or published", async () => {
  const product = readModules(await productSources());
  const imported = new Set(product.flatMap(({ path, imports }) => imports.map(({ from }) => targetOf(path, from))));
  const alone = product.map(({ path }) => path).filter((path) => !imported.has(path));
  assertEquals(alone.filter((path) => !ENTRIES.some((entry) => path.startsWith(entry))), []);
});

Deno.test("an export counts as used by name, as part of a whole module, as a type and when it is exported again", () => {
  const modules = read({
    "a.ts": "export const named = 1, whole = 2, again = 3, unused = 4; export interface Type {}",
    "b.ts": 'import { named as other } from "./a.ts"; let type: import("./a.ts").Type;',
    "c_test.ts": 'const { whole } = await import("./a.ts");',
    "main.ts": 'export { again } from "./a.ts";',
  });
  assertEquals(unusedExports(modules, ["main.ts"]), ["a.ts unused"]);
  assertEquals(unusedExports(modules, []), ["a.ts unused", "main.ts again"]);
});
