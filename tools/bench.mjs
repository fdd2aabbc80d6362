/**
 * `npm run bench`: measures every performance goal and writes `tests/bench/results.md`. `npm run bench -- p1` measures
 * one; `npm run bench -- --quick` runs few, short rounds and writes nothing.
 */
import "./lib/node_version.mjs";
import process from "node:process";
import { become } from "./lib/child.mjs";
import { ensureOptionalPackages, PEERS } from "./lib/optional_packages.mjs";
import { denoPath, ensureBuilds, ensurePackages, fail, ROOT } from "./lib/setup.mjs";

try {
  await ensurePackages();
  await ensureBuilds();
  await ensureOptionalPackages(ROOT, PEERS, console.log);
  const args = ["run", "--quiet", "--no-check", "--allow-all", "tests/bench/main.ts", ...process.argv.slice(2)];
  process.exitCode = await become(denoPath(), args, { cwd: ROOT, env: process.env });
} catch (error) {
  fail(error);
}
