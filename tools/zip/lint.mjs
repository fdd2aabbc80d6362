/** Checks a Firefox package with the linter of Firefox's store, as `web-ext lint` does. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { run } from "../lib/child.mjs";
import { LINTER } from "../lib/optional_packages.mjs";

const LINT_MS = 2 * 60_000;

/**
 * @param {string} root the project's folder.
 * @param {string} path a zip file or an unpacked extension.
 * @returns {Promise<string[] | null>} one line for each error, warning and notice; null when the linter is not installed.
 * @throws {Error} when the linter fails.
 */
export async function lint(root, path) {
  const program = join(root, LINTER.folder, "node_modules", "addons-linter", "bin", "addons-linter");
  if (!existsSync(program)) return null;
  const { output } = await run(process.execPath, [program, "--output", "json", path], { timeoutMs: LINT_MS });
  const { errors, warnings, notices } = parse(output);
  return [...errors, ...warnings, ...notices].map(({ _type, code, message, file, line }) =>
    `${_type} ${code} in ${file ?? "the package"}${line ? `:${line}` : ""}: ${message}`
  );
}

/**
 * @typedef {{ _type: string, code: string, message: string, file?: string, line?: number }} Finding
 *
 * @param {string} output
 * @returns {{ errors: Finding[], warnings: Finding[], notices: Finding[] }}
 */
function parse(output) {
  try {
    return JSON.parse(output);
  } catch (cause) {
    throw new Error(`Cannot read the linter's output: ${output.slice(0, 500)}`, { cause });
  }
}
