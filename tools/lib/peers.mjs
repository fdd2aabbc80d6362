/** The peers that the bench measures against: packages of their own, which neither the service nor a test needs. */
import { join } from "node:path";
import { isInstalled, runNpm } from "./install.mjs";
import { npmFault } from "./packages.mjs";

/**
 * Installs the peers that their lock file pins, unless they are there. Without them their rows stay unmeasured, which is
 * said and is no fault of the bench.
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
  say(`Cannot install the bench's peers: npm ci failed (${npmFault(output)}); what needs them is not measured.`);
}
