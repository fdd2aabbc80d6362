/** How the service is run: its command line and exactly the permissions that it needs. */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const DEFAULT_STORE = "sqlite:data/quota.db";

/**
 * The command that runs the service. It may read the project and its data folder, write its data folder alone, and
 * start no program.
 *
 * @param {{ deno: string, root: string, env: Record<string, string | undefined>, args?: string[] }} options
 *   `env` is what the service will be given: it decides where the data folder is.
 * @returns {{ command: string, args: string[] }} to be run in `root`.
 */
export function serviceCommand({ deno, root, env, args = [] }) {
  const data = dataFolder(root, env);
  return {
    command: deno,
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-net",
      "--allow-env",
      `--allow-read=${[root, ...(data ? [data] : [])].map(escapeComma).join(",")}`,
      ...(data ? [`--allow-write=${escapeComma(data)}`] : []),
      join(root, "server", "main.ts"),
      ...args,
    ],
  };
}

/**
 * The folder that the store writes in, or null for a store without files. It reads `QUOTA_STORE` as the service does
 * (environment, then `.env`), because a permission must be named before the service can say what it needs.
 *
 * @param {string} root
 * @param {Record<string, string | undefined>} env
 * @returns {string | null}
 */
export function dataFolder(root, env) {
  const store = env.QUOTA_STORE || dotenvStore(root) || DEFAULT_STORE;
  const path = /^sqlite:(.+)$/.exec(store)?.[1];
  return path ? dirname(resolve(root, path)) : null;
}

/** @param {string} root */
function dotenvStore(root) {
  try {
    const text = readFileSync(join(root, ".env"), "utf8");
    return /^\s*(?:export\s+)?QUOTA_STORE\s*=\s*(["']?)(.*?)\1\s*(?:#.*)?$/m.exec(text)?.[2];
  } catch {
    return undefined;
  }
}

/** A comma separates paths in a permission; doubled, it is part of one. @param {string} path */
function escapeComma(path) {
  return path.replaceAll(",", ",,");
}
