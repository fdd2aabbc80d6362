/**
 * `npm run pages`: tries the panel in real chat applications, The Lounge and Converse.js, which it downloads once.
 * `npm run pages -- FOLDER` also takes pictures of them.
 */
import "./lib/node_version.mjs";
import process from "node:process";
import { become } from "./lib/child.mjs";
import { denoPath, ensurePackages, fail, ROOT } from "./lib/setup.mjs";

try {
  await ensurePackages();
  const run = ["run", "--quiet", "--no-check", "--allow-all", "tests/pages/real/all.ts"];
  process.exitCode = await become(denoPath(), [...run, ...process.argv.slice(2)], { cwd: ROOT, env: process.env });
} catch (error) {
  fail(error);
}
