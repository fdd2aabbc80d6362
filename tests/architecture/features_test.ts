/** A feature can be removed with its folder and its line in the index. */
import { assert, assertEquals } from "../support/assert.ts";
import { readModules, targetOf } from "./module_graph.ts";
import { productSources } from "./sources.ts";

const FEATURES = "server/features/";
const product = readModules(await productSources());
const folderOf = (path: string) =>
  path.startsWith(FEATURES) ? path.slice(FEATURES.length).split("/").at(-2) : undefined;
const folders = new Set(product.map(({ path }) => folderOf(path)).filter((name) => name !== undefined));

Deno.test("only the index imports a feature, and it imports each once", () => {
  assert(folders.size > 0);
  const imports = product.flatMap(({ path, imports }) =>
    imports.map(({ from }) => ({ path, name: folderOf(targetOf(path, from) ?? "") }))
      .filter(({ name }) => name !== undefined && name !== folderOf(path))
  );
  assertEquals(
    imports.toSorted((a, b) => a.name! < b.name! ? -1 : 1),
    [...folders].sort().map((name) => ({ path: `${FEATURES}index.ts`, name })),
  );
});
