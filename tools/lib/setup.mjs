/** Prepares a fresh clone: installs the packages, and builds the extension and the dashboard. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { run } from "./child.mjs";
import { isInstalled, runNpm } from "./install.mjs";
import { npmFault } from "./packages.mjs";

export { denoPath } from "./deno.mjs";

/** The project's folder, without a trailing slash. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** The folders to load unpacked. */
export const EXTENSION = {
  chromium: join(ROOT, ".output", "chrome-mv3"),
  firefox: join(ROOT, ".output", "firefox-mv3"),
};

/** The dashboard's build, which the service reads. */
export const DASHBOARD = join(ROOT, ".output", "dashboard");

/** The programs that build. */
const BUILDERS = ["tools/build.mjs", "tools/lib/dashboard.mjs"];

const MINUTE = 60_000;

/** A fault that is printed as one sentence, without a stack. */
export class SetupError extends Error {}

/**
 * Ends a command that failed: prints the sentence of a {@link SetupError}, or the message of any other error, with its
 * stack where the log is at `debug`.
 *
 * @param {unknown} error
 * @returns {never}
 */
export function fail(error) {
  const isVerbose = process.env.QUOTA_LOG_LEVEL === "debug";
  if (error instanceof SetupError || isVerbose) console.error(isVerbose ? error : error.message);
  else console.error(`Cannot go on: ${error?.message ?? error}. Set QUOTA_LOG_LEVEL=debug to see where this happened`);
  process.exit(1);
}

/** Installs the packages of the lock file, unless they are installed. */
export async function ensurePackages() {
  const installed = isInstalled(ROOT);
  if (installed === null) {
    throw new SetupError(`Cannot install the packages: ${ROOT} has no package-lock.json; clone the project again.`);
  }
  if (installed) return;
  console.log("Installing the packages that package-lock.json pins (once)…");
  // Development packages even with NODE_ENV=production: the extension is built with them.
  await npm("ci", "--include=dev", "--ignore-scripts");
  await npm("rebuild", ...SCRIPTS, "--ignore-scripts=false");
}

/** The packages that need their install scripts. No other one runs code when it is installed. */
const SCRIPTS = ["deno", "bun"];

/** @param {string[]} args */
async function npm(...args) {
  const { code, output } = await runNpm(ROOT, args);
  if (code === 0) return;
  throw new SetupError(
    `Cannot install the packages: npm ${args[0]} failed (${npmFault(output)}); ` +
      "check the network and the npm registry, then run the command again.",
  );
}

/** Builds the extension for both browsers and the dashboard, unless the builds are newer than their sources. */
export async function ensureBuilds() {
  const sources = ["extension", "server/dashboard", "shared", "wxt.config.ts", "package-lock.json", ...BUILDERS];
  const changed = Math.max(...sources.map((path) => newest(join(ROOT, path))));
  const results = [join(DASHBOARD, "index.html"), ...Object.values(EXTENSION).map((at) => join(at, "manifest.json"))];
  const built = Math.min(...results.map(modified));
  if (built > changed) return;
  console.log("Building the extension and the dashboard…");
  const build = [join(ROOT, "tools", "build.mjs")];
  const { code, output } = await run(process.execPath, build, { cwd: ROOT, env: process.env, timeoutMs: 3 * MINUTE });
  if (code !== 0) {
    throw new SetupError(
      `${output.trimEnd()}\nCannot build the extension and the dashboard: the fault is printed above.`,
    );
  }
}

/** @param {string} path @returns {number} epoch milliseconds; 0 when it does not exist. */
function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

/** @param {string} path a file or a folder; tests in it are left out. @returns {number} epoch milliseconds. */
function newest(path) {
  if (!existsSync(path) || !statSync(path).isDirectory()) return modified(path);
  const inside = readdirSync(path, { withFileTypes: true, recursive: true });
  const files = inside.filter((entry) => entry.isFile() && !/_test\.tsx?$/.test(entry.name));
  return Math.max(0, ...files.map((entry) => modified(join(entry.parentPath ?? entry.path, entry.name))));
}
