/**
 * `npm test`: installs what is missing, runs the whole gate in real browsers, and ends with `N passed, N failed`. With
 * arguments it runs the tests in those files and folders, or with that text in their names.
 */
import "./lib/node_version.mjs";
import { existsSync } from "node:fs";
import process from "node:process";
import { ensureBrowsers, missingSentence } from "./lib/browsers.mjs";
import { run } from "./lib/child.mjs";
import { thisMachine } from "./lib/machine.mjs";
import { ensureNewNode } from "./lib/newer_node.mjs";
import { API_LINTER, ensureOptionalPackages, LINTER } from "./lib/optional_packages.mjs";
import { denoPath, ensureBuilds, ensurePackages, fail, ROOT, SetupError } from "./lib/setup.mjs";
import { testSums, verdict } from "./lib/summary.mjs";
import { ensurePrograms } from "./lib/system_programs.mjs";
import { denoArguments, nothingSelected, selection } from "./lib/test_selection.mjs";

/** The whole suite takes twenty minutes on two cores, and twice that on a busy machine; a run that hangs is ended after this. */
const GATE_MS = 75 * 60_000;

const args = process.argv.slice(2);

try {
  const environment = await prepare();
  const selected = selection(args, existsSync);
  const { code, output } = await run(denoPath(), args.length === 0 ? ["task", "ok"] : denoArguments(selected), {
    cwd: ROOT,
    env: environment,
    timeoutMs: GATE_MS,
    onOutput: (text) => process.stdout.write(text),
  });
  const { passed, failed, filtered } = testSums(output);
  if (args.length > 0 && code === 0 && passed + failed === 0) throw new SetupError(nothingSelected(selected, filtered));
  const result = verdict(output, code);
  console.log(`\n${result.passed} passed, ${result.failed} failed`);
  process.exitCode = result.failed === 0 ? 0 : 1;
} catch (error) {
  fail(error);
}

/** Installs and builds what the tests need, and returns their environment. */
async function prepare() {
  await ensurePackages();
  const browsers = await ensureBrowsers(thisMachine(ROOT), console.log);
  const sentence = missingSentence(browsers);
  if (sentence) throw new SetupError(sentence);
  await ensurePrograms(thisMachine(ROOT), console.log);
  const node = await ensureNewNode(ROOT, console.log);
  if ("fault" in node) throw new SetupError(node.fault);
  await ensureOptionalPackages(ROOT, LINTER, console.log);
  await ensureOptionalPackages(ROOT, API_LINTER, console.log);
  await ensureBuilds();
  return {
    // Deno prints colours into files and pipes too.
    ...(process.stdout.isTTY ? {} : { NO_COLOR: "1" }),
    ...process.env,
    CHROMIUM_PATH: browsers.chromium.path,
    FIREFOX_PATH: browsers.firefox.path,
    CLIENT_NODE_PATH: node.path,
  };
}
