/** `npm run keys`, `status`, `watch`, `prices`, `reprice`, `backup`, `restore`, `check` and `doctor`: the commands next to the service. */
import "./lib/node_version.mjs";
import process from "node:process";
import { become } from "./lib/child.mjs";
import { commandLine } from "./lib/command_line.mjs";
import { denoEnvironment } from "./lib/deno.mjs";
import { denoPath, ensurePackages, fail, ROOT } from "./lib/setup.mjs";

try {
  await ensurePackages();
  const { command, args } = commandLine({
    deno: denoPath(),
    root: ROOT,
    env: process.env,
    args: process.argv.slice(2),
  });
  process.exitCode = await become(command, args, { cwd: ROOT, env: denoEnvironment(process.env) });
} catch (error) {
  fail(error);
}
