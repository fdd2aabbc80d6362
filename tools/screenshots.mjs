/** `npm run screenshots`: takes the README's pictures from the running product; `-- store` those of the store pages. */
import "./lib/node_version.mjs";
import { join } from "node:path";
import process from "node:process";
import { become } from "./lib/child.mjs";
import { denoPath, ensureBuilds, ensurePackages, fail, ROOT } from "./lib/setup.mjs";

try {
  await ensurePackages();
  await ensureBuilds();
  const script = process.argv[2] === "store" ? "store.ts" : "readme.ts";
  const args = ["run", "--quiet", "--no-prompt", "--allow-all", join(ROOT, "tests", "gallery", script)];
  process.exitCode = await become(denoPath(), args, { cwd: ROOT, env: process.env });
} catch (error) {
  fail(error);
}
