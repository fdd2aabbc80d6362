/**
 * `npm run chaos`: sends 100,000 calls to a failing upstream and compares our ledger with its own. `--calls=5000` sends
 * fewer; `--seed=7` sends others.
 */
import "./lib/node_version.mjs";
import process from "node:process";
import { become } from "./lib/child.mjs";
import { denoPath, ensurePackages, fail, ROOT } from "./lib/setup.mjs";

try {
  await ensurePackages();
  const run = ["run", "--quiet", "--no-check", "--allow-all", "--v8-flags=--expose-gc", "tests/chaos/main.ts"];
  process.exitCode = await become(denoPath(), [...run, ...process.argv.slice(2)], { cwd: ROOT, env: process.env });
} catch (error) {
  fail(error);
}
