/** Finds the package that an import specifier refers to, in every notation. */

/** A package and a path within it. */
interface PackagePath {
  /** With its scope: `openai`, `@openai/openai`. */
  name: string;
  /** Path within the package, without extension; empty for its entry. */
  path: string;
}

/** The sites that serve packages as modules, with the part of the path before the package's name. */
const SITES = new Map([
  ["esm.sh", /^(?:v\d+\/|stable\/)?(?:jsr\/)?\*?/],
  ["esm.run", /^/],
  ["unpkg.com", /^/],
  ["jsr.io", /^/],
  ["cdn.jsdelivr.net", /^npm\//],
  ["cdn.skypack.dev", /^(?:pin\/|-\/)?/],
  ["jspm.dev", /^(?:npm:)?/],
  ["ga.jspm.io", /^npm:/],
  ["deno.land", /^x\//],
]);

const NAME_VERSION_PATH = /^(@[^/@]+\/[^/@]+|[^@/.:][^/@:]*)(?:@[^/]*)?(?:\/(.*))?$/;

/** Longer specifiers are data, not names. */
const LONGEST = 2048;

/**
 * The package that a specifier refers to; `null` for files, built-ins, and other sites.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { packageOfSpecifier } from "./package_specifier.ts";
 *
 * assert.equal(packageOfSpecifier("npm:openai@7/helpers/zod")?.path, "helpers/zod");
 * assert.equal(packageOfSpecifier("https://deno.land/x/openai@v4.69.0/mod.ts")?.name, "openai");
 * assert.equal(packageOfSpecifier("./openai.ts"), null);
 * ```
 */
export function packageOfSpecifier(specifier: string): PackagePath | null {
  if (specifier.length > LONGEST) return null;
  const [, name, path] = NAME_VERSION_PATH.exec(unlocated(specifier.replace(/(?!^)[?#].*/s, ""))) ?? [];
  return name === undefined ? null : { name, path: entryless(path ?? "") };
}

/** The specifier from the package's name on; empty when there is none. */
function unlocated(specifier: string): string {
  const folder = specifier.lastIndexOf("node_modules/");
  if (folder >= 0) return specifier.slice(folder + "node_modules/".length);
  const registry = /^(?:npm|jsr):\/?/.exec(specifier);
  if (registry) return specifier.slice(registry[0].length);
  const [, host, rest] = /^(?:https?:)?\/\/([^/]+)\/(.*)$/i.exec(specifier) ?? [];
  if (host === undefined) return specifier;
  const before = SITES.get(host.toLowerCase())?.exec(rest);
  return before ? rest.slice(before[0].length) : "";
}

function entryless(path: string): string {
  return path.replace(/\/$/, "").replace(/\.[cm]?[jt]s$/, "").replace(/(?:^|\/)(?:index|mod|\+esm)$/, "");
}
