/** The command line of the service, with exactly the permissions that it needs. */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const DEFAULT_STORE = "sqlite:data/quota.db";
const DEFAULT_LIMITS = "data/limits.json";

/**
 * The command that runs the service. The service may read the project and its data folder, and write its data folder and
 * its limits file. It may not start programs.
 *
 * @param {{ deno: string, root: string, env: Record<string, string | undefined>, args?: string[] }} options
 *   `env` is the environment of the service: it names the data folder.
 * @returns {{ command: string, args: string[] }} to run in `root`.
 */
export function serviceCommand({ deno, root, env, args = [] }) {
  const data = dataFolder(root, env);
  const limits = limitsFile(root, env);
  // The service writes the temporary file and renames it.
  const kept = [limits, `${limits}.tmp`];
  const readable = [root, ...(data ? [data] : []), ...(limits.startsWith(join(root, "/")) ? [] : kept)];
  const writable = [...(data ? [data] : []), ...(data === dirname(limits) ? [] : kept)];
  return {
    command: deno,
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net",
      "--allow-env",
      `--allow-read=${readable.map(escapeComma).join(",")}`,
      `--allow-write=${writable.map(escapeComma).join(",")}`,
      join(root, "server", "main.ts"),
      ...args,
    ],
  };
}

/**
 * The folder that the store writes in, or null for a store without files. It reads `QUOTA_STORE` as the service does
 * (environment, then `.env`), because permissions must be known before the service starts.
 *
 * @param {string} root
 * @param {Record<string, string | undefined>} env
 * @returns {string | null}
 */
export function dataFolder(root, env) {
  const store = env.QUOTA_STORE || fromDotenv(root, "QUOTA_STORE") || DEFAULT_STORE;
  const path = /^sqlite:(.+)$/.exec(store)?.[1];
  return path ? dirname(resolve(root, path)) : null;
}

/**
 * The path of the limits file, which may not exist; read like {@link dataFolder}.
 *
 * @param {string} root
 * @param {Record<string, string | undefined>} env
 * @returns {string}
 */
export function limitsFile(root, env) {
  return resolve(root, env.QUOTA_LIMITS_FILE || fromDotenv(root, "QUOTA_LIMITS_FILE") || DEFAULT_LIMITS);
}

/** @param {string} root @param {"QUOTA_STORE" | "QUOTA_LIMITS_FILE"} name */
function fromDotenv(root, name) {
  try {
    const text = readFileSync(join(root, ".env"), "utf8");
    return new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*(["']?)(.*?)\\1\\s*(?:#.*)?$`, "m").exec(text)?.[2];
  } catch {
    return undefined;
  }
}

/** A comma separates paths in a permission; a doubled comma is part of a path. @param {string} path */
function escapeComma(path) {
  return path.replaceAll(",", ",,");
}
