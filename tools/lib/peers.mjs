/** The packages that only the bench needs, to compare us with other gateways. */
import { join } from "node:path";
import { isInstalled, runNpm } from "./install.mjs";
import { npmFault } from "./packages.mjs";

/**
 * Installs the peers of their lock file, unless they are installed. When that fails the bench runs without their rows and
 * says so.
 *
 * @param {string} root the project's folder.
 * @param {(text: string) => void} say
 */
export async function ensurePeers(root, say) {
  const folder = join(root, "tests", "bench", "peers");
  if (isInstalled(folder)) return;
  say("Installing the bench's peers (once)…");
  const { code, output } = await runNpm(folder, ["ci", "--ignore-scripts"]);
  if (code === 0) return;
  say(`Cannot install the bench's peers: npm ci failed (${npmFault(output)}); their rows are not measured.`);
}
