/**
 * `npm run pack`: writes the packages, the service, the tracked client and the monitor, to `dist/service`, `dist/client` and
 * `dist/monitor`, and their tarballs to `dist`. `--out DIR` replaces `dist`, and `--only client` packs one of them.
 */
import "./lib/node_version.mjs";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { ensureExtension, fail, ROOT } from "./lib/setup.mjs";
import { packClient } from "./pack/client.mjs";
import { packMonitor } from "./pack/monitor.mjs";
import { packService } from "./pack/service.mjs";
import { packTarball } from "./pack/tarball.mjs";

/** Folder in `dist` → the function that writes the package there and returns its manifest. */
const PACKAGES = { service: packService, client: packClient, monitor: packMonitor };

try {
  const { values } = parseArgs({
    options: { out: { type: "string", default: join(ROOT, "dist") }, only: { type: "string" } },
  });
  const names = Object.keys(PACKAGES).filter((name) => values.only === undefined || values.only === name);
  if (names.includes("service")) await ensureExtension();
  for (const name of names) await pack(name, resolve(values.out));
} catch (error) {
  fail(error);
}

/** @param {string} name @param {string} out */
async function pack(name, out) {
  const folder = join(out, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const root = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const manifest = await PACKAGES[name](root, folder);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const file = await packTarball(folder, out);
  const megabytes = (statSync(file).size / 1e6).toFixed(2);
  console.log(`${manifest.name} ${manifest.version}: ${relative(process.cwd(), file)} (${megabytes} MB)`);
}
