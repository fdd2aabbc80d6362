/** The Deno that npm installed, and the permissions with which it runs the service and its commands. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * The Deno that npm installed: the program itself, not its Node wrapper, so that signals reach it.
 *
 * @returns {string}
 */
export function denoPath() {
  return createRequire(import.meta.url)("deno/install_api.cjs").runInstall();
}

/**
 * The environment of a Deno program. Deno sends no requests of its own for newer versions, and looks for readable sockets
 * in every turn of its event loop, instead of every 61st while turns follow each other without a pause: see
 * `docs/decisions/0032-sockets-are-read-in-every-turn.md`.
 *
 * @template {Record<string, string | undefined>} Env
 * @param {Env} env
 */
export function denoEnvironment(env) {
  return { ...env, DENO_NO_UPDATE_CHECK: "1", DENO_TOKIO_EVENT_INTERVAL: "1" };
}

/**
 * The arguments that run a program with the given permissions and no others.
 *
 * @param {{ root: string, suffix?: "ts" | "js", program: string, allow: string[], read: string[], write: string[] }} options
 *   `root` is the folder of the code; `program` is a path from there, without its suffix; `allow` are permissions
 *   without values, such as `net`.
 * @returns {string[]}
 */
export function denoArguments({ root, suffix = "ts", program, allow, read, write }) {
  const paths = { read: [...codeFolders(root), ...read], write };
  const limited = Object.entries(paths).filter(([, list]) => list.length > 0);
  return [
    "run",
    "--quiet",
    "--no-prompt",
    `--config=${join(root, "deno.json")}`,
    ...allow.map((name) => `--allow-${name}`),
    ...limited.map(([name, list]) => `--allow-${name}=${[...new Set(list)].map(escapeComma).join(",")}`),
    join(root, `${program}.${suffix}`),
  ];
}

/** The folder of the code, and that of its packages where a package manager has placed them next to it. */
function codeFolders(root) {
  const [above, inPackages] = root.split(/(?<=[\\/]node_modules)[\\/]/);
  return inPackages && !existsSync(join(root, "node_modules", "hono")) ? [above] : [root];
}

/** A comma separates paths in a permission; a doubled comma is part of a path. @param {string} path */
function escapeComma(path) {
  return path.replaceAll(",", ",,");
}
