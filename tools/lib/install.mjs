/** Runs npm: it installs exactly the packages of a lock file. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { run } from "./child.mjs";
import { differingPackage } from "./packages.mjs";

const INSTALL_MS = 10 * 60_000;

const FLAGS = [
  "--no-audit",
  "--no-fund",
  "--loglevel=error",
  "--prefer-offline",
  "--fetch-retry-mintimeout=1000", // without a network, npm's defaults wait for 72 s
  "--fetch-retry-maxtimeout=5000",
];

/**
 * Whether the packages in a folder are those that its lock file pins.
 *
 * @param {string} folder
 * @returns {boolean | null} null when it has no lock file.
 */
export function isInstalled(folder) {
  const lock = readJson(join(folder, "package-lock.json"));
  return lock && differingPackage(lock, readJson(join(folder, "node_modules", ".package-lock.json"))) === null;
}

/**
 * Runs npm in a folder: the npm that started this process, otherwise the one on the PATH.
 *
 * @param {string} folder
 * @param {string[]} args
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runNpm(folder, args) {
  const script = process.env.npm_execpath;
  const [command, ...before] = script && /npm-cli\.c?js$/.test(script)
    ? [process.execPath, script]
    : [process.platform === "win32" ? "npm.cmd" : "npm"];
  return run(command, [...before, ...args, ...FLAGS], { cwd: folder, env: process.env, timeoutMs: INSTALL_MS });
}

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
