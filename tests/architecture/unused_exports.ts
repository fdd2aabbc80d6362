/** Finds exports that nothing imports. */
import { type Module, targetOf } from "./module_graph.ts";

/**
 * The exports of the product that no other file imports, as `path name`.
 *
 * @param modules all files that may import them, tests included.
 * @param entries files and folders that are run or published.
 */
export function unusedExports(modules: readonly Module[], entries: readonly string[]): string[] {
  const uses = Map.groupBy(modules.flatMap(importsOf), ({ target }) => target);
  const isUsed = (path: string, name: string) =>
    uses.get(path)?.some(({ text, names }) =>
      names.includes(name) || names.includes("*") && new RegExp(`\\b${name}\\b`).test(text)
    );
  const isEntry = (path: string) => entries.some((entry) => path.startsWith(entry)) || /_test\.tsx?$/.test(path);
  return modules.filter(({ path }) => !isEntry(path)).flatMap(({ path, exports }) =>
    exports.filter((name) => name !== "*" && !isUsed(path, name)).map((name) => `${path} ${name}`)
  );
}

function importsOf({ path, text, imports }: Module) {
  return imports.map(({ from, names }) => ({ target: targetOf(path, from), names, text }));
}
