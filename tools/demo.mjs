/** `npm run demo`: sets up what is missing and runs everything on this machine, with no OpenAI key. */
import "./lib/node_version.mjs";
import { join } from "node:path";
import process from "node:process";
import { become } from "./lib/child.mjs";
import { denoPath, ensureExtension, ensurePackages, fail, ROOT } from "./lib/setup.mjs";

try {
  await ensurePackages();
  await ensureExtension();
  // It starts the service and a browser as processes, hence every permission; the service keeps its own.
  const args = ["run", "--quiet", "--no-prompt", "--allow-all", join(ROOT, "demo", "main.ts")];
  process.exitCode = await become(denoPath(), args, { cwd: ROOT, env: process.env });
} catch (error) {
  fail(error);
}
