/**
 * Imports a module when this is called, and not a moment before: what a literal `import("../app.ts")` names is run late, but
 * Deno finds it, reads it and looks for what it names in turn before the program's first line runs. Of the service that
 * would be more than half of all modules, and a quarter of its start.
 *
 * @param url of the module, by `import.meta.resolve()`; its type is the caller's to name beside it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { importLater } from "./import_later.ts";
 *
 * const { later } = await importLater<typeof import("./later.ts")>(import.meta.resolve("./later.ts"));
 * assert.equal(typeof later, "function");
 * ```
 */
export function importLater<Module>(url: string): Promise<Module> {
  return import(url);
}
