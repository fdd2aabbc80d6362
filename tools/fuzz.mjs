/**
 * `npm run fuzz`: sends hostile bytes to the service for five minutes, and checks that it lives and answers.
 * `npm run fuzz -- 60` runs for an hour; `FUZZ_SEED=7` sends other bytes.
 */
import "./lib/node_version.mjs";
import process from "node:process";
import { become } from "./lib/child.mjs";
import { denoPath, ensurePackages, fail, ROOT } from "./lib/setup.mjs";

try {
  await ensurePackages();
  const run = ["run", "--quiet", "--no-check", "--allow-all", "tests/fuzz/main.ts"];
  process.exitCode = await become(denoPath(), [...run, ...process.argv.slice(2)], { cwd: ROOT, env: process.env });
} catch (error) {
  fail(error);
}
