/** `npm run keys`, `status`, `watch`, `backup`, `restore` and `check`: the command line beside the service. */
import "./lib/node_version.mjs";
import { join } from "node:path";
import process from "node:process";
import { become } from "./lib/child.mjs";
import { denoPath, ensurePackages, fail, ROOT } from "./lib/setup.mjs";

try {
  await ensurePackages();
  // A backup may be anywhere, so files are not limited to the data folder.
  const permissions = ["--allow-net", "--allow-env", "--allow-read", "--allow-write"];
  const program = join(ROOT, "server", "command", "main.ts");
  const args = ["run", "--quiet", "--no-prompt", ...permissions, program, ...process.argv.slice(2)];
  process.exitCode = await become(denoPath(), args, { cwd: ROOT, env: process.env });
} catch (error) {
  fail(error);
}
