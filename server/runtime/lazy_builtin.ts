/** Modules of Node that only some services need: they load when they are first used, so that the start is faster. */
import process from "node:process";

/**
 * A built-in module, loaded by the first call. An import would load it at the start: each takes one to two milliseconds
 * (bench line P8).
 *
 * @param name for example `node:zlib`. The caller names the module's type.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { lazyBuiltin } from "./lazy_builtin.ts";
 *
 * const path = lazyBuiltin<typeof import("node:path")>("node:path");
 * assert.equal(path().join("a", "b"), "a/b");
 * assert.throws(lazyBuiltin("node:nothing"), /no built-in module named node:nothing/);
 * ```
 */
export function lazyBuiltin<Module extends object>(name: string): () => Module {
  let loaded: Module | undefined;
  return () => loaded ??= load(name);
}

function load<Module extends object>(name: string): Module {
  const module = process.getBuiltinModule(name);
  if (module === undefined) throw new Error(`Cannot load ${name}: this runtime has no built-in module named ${name}`);
  return module as Module;
}
