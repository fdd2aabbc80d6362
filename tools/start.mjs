/** `npm start`: installs and builds what is missing, prints the folders of the extension, and runs the service. */
import "./lib/node_version.mjs";
import process from "node:process";
import { become } from "./lib/child.mjs";
import { denoEnvironment } from "./lib/deno.mjs";
import { serviceCommand, serviceEnvironment } from "./lib/service.mjs";
import { denoPath, ensureBuilds, ensurePackages, EXTENSION, fail, ROOT } from "./lib/setup.mjs";

const args = process.argv.slice(2);

try {
  await ensurePackages();
  if (args.length === 0) {
    await ensureBuilds();
    console.log(`Extension, load unpacked:\n  Chromium  ${EXTENSION.chromium}\n  Firefox   ${EXTENSION.firefox}`);
  }
  const { command, args: flags } = serviceCommand({ deno: denoPath(), root: ROOT, env: process.env, args });
  const env = serviceEnvironment({ home: ROOT, env: process.env });
  process.exitCode = await become(command, flags, { cwd: ROOT, env: denoEnvironment(env) });
} catch (error) {
  fail(error);
}
