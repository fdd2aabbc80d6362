/**
 * `npm run pack`: writes the packages, the service, the tracked client and the monitor, to `dist/service`, `dist/client` and
 * `dist/monitor`, and their tarballs to `dist`. `--out DIR` replaces `dist`, and `--only client` packs one of them.
 */
import "./lib/node_version.mjs";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import process from "node:process";
import { readOptions } from "./lib/options.mjs";
import { ensureBuilds, ensurePackages, fail, ROOT } from "./lib/setup.mjs";

/** Folder in `dist` → imports the function that writes the package there and returns its manifest; it needs the packages. */
const PACKAGES = {
  service: async () => (await import("./pack/service.mjs")).packService,
  client: async () => (await import("./pack/client.mjs")).packClient,
  monitor: async () => (await import("./pack/monitor.mjs")).packMonitor,
};

try {
  const { out = join(ROOT, "dist"), only } = readOptions({ out: "DIR", only: Object.keys(PACKAGES) });
  await ensurePackages();
  const names = Object.keys(PACKAGES).filter((name) => only === undefined || only === name);
  if (names.includes("service")) await ensureBuilds();
  for (const name of names) await pack(name, resolve(out));
} catch (error) {
  fail(error);
}

/** @param {string} name @param {string} out */
async function pack(name, out) {
  const folder = join(out, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const root = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const manifest = await (await PACKAGES[name]())(root, folder);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const { packTarball } = await import("./pack/tarball.mjs");
  const file = await packTarball(folder, out);
  const megabytes = (statSync(file).size / 1e6).toFixed(2);
  console.log(`${manifest.name} ${manifest.version}: ${relative(process.cwd(), file)} (${megabytes} MB)`);
}
