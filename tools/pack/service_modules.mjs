/** The service's modules as JavaScript. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { run } from "../lib/child.mjs";
import { denoPath, ROOT } from "../lib/setup.mjs";

const COMPILE_MS = 60_000;

const RELATIVE_MODULE = /"(\.\.?\/[^"\n]+)\.tsx?"/g;
const PACKAGE = /(?:from |import\()"((?:@[\w-]+\/)?[a-z][\w-]*)(?:\/[^":]*)?"/g;

/**
 * Compiles every module that the entries import, lazily too, into a folder.
 *
 * @param {{ entries: string[], outDir: string }} options paths from the root.
 * @returns {Promise<string[]>} names of the packages that the modules import, sorted.
 */
export async function packModules({ entries, outDir }) {
  const graphs = await Promise.all(entries.map(modulesFrom));
  const modules = [...new Set(graphs.flat())].sort();
  await deno(["transpile", "--quiet", "--no-check", "--outdir", outDir, ...modules]);
  const texts = modules.map((path) => {
    const file = join(outDir, path.replace(/\.tsx?$/, ".js"));
    const text = withSuffixes(readFileSync(file, "utf8"), dirname(path));
    writeFileSync(file, text);
    return text;
  });
  const names = texts.flatMap((text) => [...text.matchAll(PACKAGE)].map(([, name]) => name));
  return [...new Set(names)].sort();
}

/** The project's modules that an entry imports, as paths from the root. @param {string} entry */
async function modulesFrom(entry) {
  const { modules } = JSON.parse(await deno(["info", "--json", entry]));
  const root = `${pathToFileURL(ROOT).href}/`;
  return modules.map(({ specifier }) => specifier).filter((specifier) =>
    specifier.startsWith(root) && /\.tsx?$/.test(specifier) && !specifier.includes("/node_modules/")
  ).map((specifier) => decodeURIComponent(specifier.slice(root.length)));
}

/** Imports name the compiled files. @param {string} text @param {string} folder from the root. */
function withSuffixes(text, folder) {
  return text.replace(
    RELATIVE_MODULE,
    (whole, path) => existsSync(join(ROOT, folder, whole.slice(1, -1))) ? `"${path}.js"` : whole,
  );
}

/** @param {string[]} args @returns {Promise<string>} */
async function deno(args) {
  const { code, output } = await run(denoPath(), args, {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: "1" },
    timeoutMs: COMPILE_MS,
  });
  if (code !== 0) throw new Error(`Cannot compile the service: deno ${args[0]} exited with ${code}\n${output}`);
  return output;
}
