/** Makes a package's tarball with npm. */
import { join } from "node:path";
import process from "node:process";
import { run } from "../lib/child.mjs";

/**
 * @param {string} folder the package.
 * @param {string} out folder of the tarball.
 * @returns {Promise<string>} its path.
 */
export async function packTarball(folder, out) {
  const script = process.env.npm_execpath;
  const [command, ...before] = script && /npm-cli\.c?js$/.test(script) ? [process.execPath, script] : ["npm"];
  const args = [
    ...before,
    "pack",
    folder,
    "--pack-destination",
    out,
    "--ignore-scripts",
    "--offline",
    "--loglevel=error",
  ];
  const { code, output } = await run(command, args, { cwd: folder, env: process.env, timeoutMs: 60_000 });
  if (code !== 0) throw new Error(`Cannot pack ${folder}: npm exited with ${code}\n${output}`);
  const name = output.trim().split("\n").at(-1) ?? "";
  return join(out, name);
}
