/** Which package an import specifier means, in every way there is of writing it. */

/** A package and what is wanted of it. */
interface PackagePath {
  /** With its scope: `openai`, `@openai/openai`. */
  name: string;
  /** Within the package, without extension; empty for its entry. */
  path: string;
}

/** The sites that serve packages as modules, and what stands before the package's name there. */
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

/** Longer ones are data, not names. */
const LONGEST = 2048;

/**
 * The package that a specifier means; `null` for files, built-ins, and other sites.
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
