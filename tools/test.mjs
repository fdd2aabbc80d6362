/** `npm test`: sets up what is missing, runs the gate in real browsers, and ends with one line that sums it up. */
import "./lib/node_version.mjs";
import { existsSync } from "node:fs";
import process from "node:process";
import { ensureBrowsers, missingSentence } from "./lib/browsers.mjs";
import { run } from "./lib/child.mjs";
import { thisMachine } from "./lib/machine.mjs";
import { ensureNewNode } from "./lib/newer_node.mjs";
import { denoPath, ensureExtension, ensurePackages, fail, ROOT, SetupError } from "./lib/setup.mjs";
import { verdict } from "./lib/summary.mjs";

/** The whole suite is promised in ten minutes; what hangs is ended a little later. */
const GATE_MS = 15 * 60_000;

try {
  await ensurePackages();
  const browsers = await ensureBrowsers(thisMachine(ROOT), console.log);
  const sentence = missingSentence(browsers);
  if (sentence) throw new SetupError(sentence);
  const node = await ensureNewNode(ROOT, console.log);
  if ("fault" in node) throw new SetupError(node.fault);
  await ensureExtension();
  const { code, output } = await run(denoPath(), ["task", ...tasks(process.argv.slice(2))], {
    cwd: ROOT,
    env: {
      ...process.env,
      CHROMIUM_PATH: browsers.chromium.path,
      FIREFOX_PATH: browsers.firefox.path,
      CLIENT_NODE_PATH: node.path,
    },
    timeoutMs: GATE_MS,
    onOutput: (text) => process.stdout.write(text),
  });
  const { passed, failed } = verdict(output, code);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  fail(error);
}

/**
 * What to run: everything, or the tests that a filter names: paths, else a part of their names.
 *
 * @param {string[]} args
 */
function tasks(args) {
  if (args.length === 0) return ["ok"];
  return args.every((arg) => existsSync(arg)) ? ["test:some", ...args] : ["test:named", args.join(" ")];
}
