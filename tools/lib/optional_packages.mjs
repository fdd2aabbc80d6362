/** Packages that few commands need. Each group has a folder with its own lock file, so `npm start` does not install it. */
import { join } from "node:path";
import { isInstalled, runNpm } from "./install.mjs";
import { npmFault } from "./packages.mjs";

/**
 * @typedef {object} OptionalPackages
 * @property {string} folder from the project's folder
 * @property {string} name
 * @property {string} without what happens when they cannot be installed, as the end of a sentence
 */

/** The gateways that the bench compares with ours. @type {OptionalPackages} */
export const PEERS = {
  folder: "tests/bench/peers",
  name: "the bench's peers",
  without: "their rows are not measured",
};

/** The linter of Firefox's store, which `web-ext lint` runs: 190 packages. @type {OptionalPackages} */
export const LINTER = {
  folder: "tools/zip/linter",
  name: "the linter of Firefox's store",
  without: "the Firefox package is not linted",
};

/** The linter of the OpenAPI document: one package. @type {OptionalPackages} */
export const API_LINTER = {
  folder: "tests/api/linter",
  name: "the linter of the OpenAPI document",
  without: "the document is not linted",
};

/**
 * Installs the packages, unless they are installed. When that fails it says what follows.
 *
 * @param {string} root the project's folder.
 * @param {OptionalPackages} packages
 * @param {(text: string) => void} say
 */
export async function ensureOptionalPackages(root, { folder, name, without }, say) {
  const path = join(root, folder);
  if (isInstalled(path)) return;
  say(`Installing ${name} (once)…`);
  const { code, output } = await runNpm(path, ["ci", "--ignore-scripts"]);
  if (code !== 0) say(`Cannot install ${name}: npm ci failed (${npmFault(output)}); ${without}.`);
}
