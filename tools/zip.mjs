/**
 * `npm run zip`: packs the extension for the stores of Chrome, Edge and Firefox, and the sources that Firefox's reviewers
 * build it from, into `dist/stores`. It fails when Firefox's linter finds anything. `--out DIR` replaces `dist/stores`.
 */
import "./lib/node_version.mjs";
import { statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import process from "node:process";
import { ensureOptionalPackages, LINTER } from "./lib/optional_packages.mjs";
import { readOptions } from "./lib/options.mjs";
import { ensurePackages, fail, ROOT, SetupError } from "./lib/setup.mjs";
import { lint } from "./zip/lint.mjs";

try {
  const { out = join(ROOT, "dist", "stores") } = readOptions({ out: "DIR" });
  await ensurePackages();
  await ensureOptionalPackages(ROOT, LINTER, console.log);
  const { zipForStores } = await import("./zip/zip_for_stores.mjs"); // It imports an installed package.
  const zips = await zipForStores(ROOT, resolve(out));
  for (const [name, path] of Object.entries(zips)) {
    console.log(`${name}: ${relative(process.cwd(), path)} (${size(path)})`);
  }
  report(await lint(ROOT, zips.Firefox));
} catch (error) {
  fail(error);
}

/** @param {string[] | null} findings of Firefox's linter */
function report(findings) {
  if (findings === null) return;
  if (findings.length > 0) throw new SetupError(`Firefox's store would complain:\n${findings.join("\n")}`);
  console.log("Firefox's linter (web-ext lint): no errors, warnings or notices");
}

/** @param {string} path */
function size(path) {
  return `${(statSync(path).size / 1e3).toFixed(0)} kB`;
}
