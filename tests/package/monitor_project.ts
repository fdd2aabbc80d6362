/** A user's project in which the packed monitor is installed. */
import { ROOT } from "../../tools/lib/setup.mjs";
import { type Manifest, run } from "./project.ts";

/** The libraries that a project has beside the monitor. */
const LIBRARIES = ["preact", "react", "react-dom"];

/** Packs the monitor into `out`. @returns the tarball. */
export async function packMonitor(out: string): Promise<string> {
  const { code, output } = await run("node", [`${ROOT}/tools/pack.mjs`, "--only", "monitor", "--out", out], ROOT);
  if (code !== 0) throw new Error(output);
  const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}/package.json`));
  return `${out}/quota-gauge-monitor-${version}.tgz`;
}

/**
 * Creates the project in a folder: unpacks the monitor from its tarball, and links React and Preact from this project.
 *
 * @returns the monitor's manifest.
 */
export async function installMonitor(folder: string, tarball: string): Promise<Manifest> {
  const monitor = `${folder}/node_modules/@quota-gauge/monitor`;
  await Deno.mkdir(monitor, { recursive: true });
  await run("tar", ["xzf", tarball, "-C", monitor, "--strip-components=1"], folder);
  for (const name of LIBRARIES) await Deno.symlink(`${ROOT}/node_modules/${name}`, `${folder}/node_modules/${name}`);
  const manifest: Manifest = JSON.parse(await Deno.readTextFile(`${monitor}/package.json`));
  const { devDependencies } = JSON.parse(await Deno.readTextFile(`${ROOT}/package.json`));
  const libraries = Object.fromEntries(LIBRARIES.map((name) => [name, devDependencies[name]]));
  const dependencies = { ...libraries, [manifest.name]: manifest.version };
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify({ type: "module", dependencies }));
  return manifest;
}
