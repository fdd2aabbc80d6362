/**
 * `npm run pages`: tries the panel in a real chat application, The Lounge, which it downloads once. `npm run pages -- FILE.png`
 * takes a picture of it too.
 */
import "./lib/node_version.mjs";
import process from "node:process";
import { become } from "./lib/child.mjs";
import { denoPath, ensurePackages, fail, ROOT } from "./lib/setup.mjs";

try {
  await ensurePackages();
  const run = ["run", "--quiet", "--no-check", "--allow-all", "tests/pages/lounge.ts"];
  process.exitCode = await become(denoPath(), [...run, ...process.argv.slice(2)], { cwd: ROOT, env: process.env });
} catch (error) {
  fail(error);
}
