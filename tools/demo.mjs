/** `npm run demo`: runs the whole product without an OpenAI key. `-- --element`: the chat page shows the quota itself. */
import "./lib/node_version.mjs";
import { join } from "node:path";
import process from "node:process";
import { become } from "./lib/child.mjs";
import { readOptions } from "./lib/options.mjs";
import { denoPath, ensureBuilds, ensurePackages, fail, ROOT } from "./lib/setup.mjs";

try {
  readOptions({ element: true });
  await ensurePackages();
  await ensureBuilds();
  // It starts a browser and the service, so it needs every permission. The service gets only its own.
  const args = [
    "run",
    "--quiet",
    "--no-prompt",
    "--allow-all",
    join(ROOT, "demo", "main.ts"),
    ...process.argv.slice(2),
  ];
  process.exitCode = await become(denoPath(), args, { cwd: ROOT, env: process.env });
} catch (error) {
  fail(error);
}
