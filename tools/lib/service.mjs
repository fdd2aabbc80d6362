/** The command line of the service, with exactly the permissions that it needs. */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { denoArguments } from "./deno.mjs";

const DEFAULT_STORE = "sqlite:data/quota.db";
const DEFAULT_LIMITS = "data/limits.json";

/**
 * After a burst of calls at the start, V8 can allocate an array of each response in the old generation for good. Each
 * holds its call's objects until the next full collection, so a call takes up to twice the processor time: see
 * `docs/decisions/0010-no-per-call-timers-and-map-entries.md`.
 */
const V8_FLAGS = "--v8-flags=--no-allocation-site-pretenuring";

/**
 * The command that runs the service. The service may read its code, `.env`, its data folder and its certificate, and
 * write its data folder and its limits file. It may not start programs.
 *
 * @param {{ deno: string, root: string, home?: string, suffix?: "ts" | "js", env: Record<string, string | undefined>, args?: string[] }} options
 *   `root` is the folder of the code; `home` has `.env` and the data, by default `root`; `env` is the environment of the
 *   service: it names the data folder.
 * @returns {{ command: string, args: string[] }} to run in `home`.
 */
export function serviceCommand({ deno, root, home = root, suffix, env, args = [] }) {
  const { data, limits } = dataPaths(home, env);
  const inHome = home === root ? [] : [join(home, ".env")];
  const options = {
    root,
    suffix,
    program: "server/main",
    allow: ["net", "env"],
    read: [...inHome, ...data, ...certificateFiles(home, env), ...outside([root, ...data], limits)],
    write: [...data, ...outside(data, limits)],
  };
  const [run, ...flags] = denoArguments(options);
  return { command: deno, args: [run, V8_FLAGS, ...flags, ...args] };
}

/** As in `server/config/bounds.ts`. */
const DEFAULT_CONNECTIONS = 20_000;

/** For the ledger, the parts that load later, and what Deno opens for itself. */
const OWN_FILES = 200;

/**
 * The environment of the service. Where the process may have few files, it has a bound of connections: each call needs one
 * from the caller and one to the upstream, and without a file Deno 2.9.6 starts no thread and accepts no connection.
 *
 * @param {{ home: string, env: Record<string, string | undefined>, files?: number }} options `files` is how many files the
 *   process may have open.
 * @returns {Record<string, string | undefined>}
 */
export function serviceEnvironment({ home, env, files = openFiles() }) {
  if (env.QUOTA_MAX_CONNECTIONS || fromDotenv(home, "QUOTA_MAX_CONNECTIONS")) return env;
  const connections = Math.max(1, Math.floor((files - OWN_FILES) / 2));
  return connections >= DEFAULT_CONNECTIONS ? env : { ...env, QUOTA_MAX_CONNECTIONS: String(connections) };
}

/** The limit to which Deno raises its own; infinite where there is none. */
function openFiles() {
  const report =
    /** @type {{ userLimits?: { open_files?: { hard: number | string } } }} */ (process.report.getReport());
  const hard = Number(report.userLimits?.open_files?.hard);
  return Number.isFinite(hard) ? hard : Infinity;
}

/** @param {string[]} folders @param {string[]} paths @returns {string[]} the paths that are in none of the folders. */
function outside(folders, paths) {
  return paths.filter((path) => !folders.some((folder) => join(path, "/").startsWith(join(folder, "/"))));
}

/**
 * The folder that the store writes in, if it has one, and what it needs for the limits file. A temporary file is written
 * and renamed: in the default folder with any name, and the folder is made. Elsewhere, as in /etc, those are two files.
 *
 * @param {string} home @param {Record<string, string | undefined>} env
 */
export function dataPaths(home, env) {
  const data = dataFolder(home, env);
  const limits = limitsFile(home, env);
  const folder = dirname(limits);
  const isDefault = folder === join(home, dirname(DEFAULT_LIMITS));
  return { data: data ? [data] : [], limits: isDefault ? [folder] : [limits, `${limits}.tmp`] };
}

/**
 * The folder that the store writes in, or null for a store without files. It reads `QUOTA_STORE` as the service does
 * (environment, then `.env`), because permissions must be known before the service starts.
 *
 * @param {string} home
 * @param {Record<string, string | undefined>} env
 * @returns {string | null}
 */
export function dataFolder(home, env) {
  const store = env.QUOTA_STORE || fromDotenv(home, "QUOTA_STORE") || DEFAULT_STORE;
  const path = /^sqlite:(.+)$/.exec(store)?.[1];
  return path ? dirname(resolve(home, path)) : null;
}

/** The path of the limits file, which may not exist; read like {@link dataFolder}. */
function limitsFile(home, env) {
  return resolve(home, env.QUOTA_LIMITS_FILE || fromDotenv(home, "QUOTA_LIMITS_FILE") || DEFAULT_LIMITS);
}

/**
 * The paths of the certificate and its key, if they are set; read like {@link dataFolder}.
 *
 * @param {string} home @param {Record<string, string | undefined>} env @returns {string[]}
 */
export function certificateFiles(home, env) {
  const names = ["QUOTA_TLS_CERT", "QUOTA_TLS_KEY"];
  return names.flatMap((name) => env[name] || fromDotenv(home, name) || []).map((path) => resolve(home, path));
}

/** @param {string} home @param {string} name */
function fromDotenv(home, name) {
  try {
    const text = readFileSync(join(home, ".env"), "utf8");
    return new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*(["']?)(.*?)\\1\\s*(?:#.*)?$`, "m").exec(text)?.[2];
  } catch {
    return undefined;
  }
}
