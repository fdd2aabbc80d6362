/**
 * `npm run history`: compares the history of a million random attempts with their rows, in every group and three zones.
 * `npm run history -- --attempts=10000 --seed=7` makes fewer, or others.
 */
import "./lib/node_version.mjs";
import process from "node:process";
import { become } from "./lib/child.mjs";
import { denoPath, ensurePackages, fail, ROOT } from "./lib/setup.mjs";

try {
  await ensurePackages();
  const run = ["run", "--quiet", "--no-check", "--allow-all", "tests/history/main.ts"];
  process.exitCode = await become(denoPath(), [...run, ...process.argv.slice(2)], { cwd: ROOT, env: process.env });
} catch (error) {
  fail(error);
}
