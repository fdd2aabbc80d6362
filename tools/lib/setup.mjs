/** What a clean clone needs before any command can run: packages, and the extension built. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { run } from "./child.mjs";
import { differingPackage, npmFault } from "./packages.mjs";

/** The project's folder, without a trailing slash. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** The folders to load unpacked. */
export const EXTENSION = {
  chromium: join(ROOT, ".output", "chrome-mv3"),
  firefox: join(ROOT, ".output", "firefox-mv3"),
};

const MINUTE = 60_000;

/** A fault that is told in its own sentence, without a stack. */
export class SetupError extends Error {}

/**
 * Ends a command that failed: a {@link SetupError} with its sentence alone, anything else whole.
 *
 * @param {unknown} error
 * @returns {never}
 */
export function fail(error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exit(1);
}

/** Installs the packages that the lock file pins, unless they are there. */
export async function ensurePackages() {
  const lock = readJson(join(ROOT, "package-lock.json"));
  if (!lock) {
    throw new SetupError(`Cannot install the packages: ${ROOT} has no package-lock.json; clone the project again.`);
  }
  if (differingPackage(lock, readJson(join(ROOT, "node_modules", ".package-lock.json"))) === null) return;
  console.log("Installing the packages that package-lock.json pins (once)…");
  const { command, args } = npm();
  const flags = [
    "ci",
    "--include=dev", // whatever NODE_ENV says: the extension is built with development packages
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    "--prefer-offline",
    "--fetch-retry-mintimeout=1000", // npm's own patience keeps a person without a network waiting for 72 s
    "--fetch-retry-maxtimeout=5000",
  ];
  const { code, output } = await run(command, [...args, ...flags], {
    cwd: ROOT,
    env: process.env,
    timeoutMs: 10 * MINUTE,
  });
  if (code !== 0) {
    throw new SetupError(
      `Cannot install the packages: npm ci failed (${npmFault(output)}); ` +
        "check the network and the npm registry, then run the command again.",
    );
  }
}

/** Builds the extension for both browsers, unless the builds are newer than everything they are made of. */
export async function ensureExtension() {
  const sources = ["extension", "shared", "wxt.config.ts", "package-lock.json", "tools/build.mjs"];
  const changed = Math.max(...sources.map((path) => newest(join(ROOT, path))));
  const built = Math.min(...Object.values(EXTENSION).map((folder) => modified(join(folder, "manifest.json"))));
  if (built > changed) return;
  console.log("Building the extension…");
  const build = [join(ROOT, "tools", "build.mjs")];
  const { code, output } = await run(process.execPath, build, { cwd: ROOT, env: process.env, timeoutMs: 3 * MINUTE });
  if (code !== 0) throw new SetupError(`${output.trimEnd()}\nCannot build the extension: the fault is printed above.`);
}

/**
 * The Deno that npm installed: the program itself rather than its Node wrapper, so that signals reach it.
 *
 * @returns {string}
 */
export function denoPath() {
  return createRequire(import.meta.url)("deno/install_api.cjs").runInstall();
}

/** npm as it was called, or as it is on the PATH. */
function npm() {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script)) return { command: process.execPath, args: [script] };
  return { command: process.platform === "win32" ? "npm.cmd" : "npm", args: [] };
}

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

/** @param {string} path @returns {number} epoch milliseconds; 0 for what does not exist. */
function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

/** @param {string} path a file or a folder, whose tests do not count. @returns {number} epoch milliseconds. */
function newest(path) {
  if (!existsSync(path) || !statSync(path).isDirectory()) return modified(path);
  const inside = readdirSync(path, { withFileTypes: true, recursive: true });
  const files = inside.filter((entry) => entry.isFile() && !/_test\.tsx?$/.test(entry.name));
  return Math.max(0, ...files.map((entry) => modified(join(entry.parentPath ?? entry.path, entry.name))));
}
