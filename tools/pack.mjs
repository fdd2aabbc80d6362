/**
 * `npm run pack`: writes the tracked client as a package to `dist/client`, and its tarball to `dist`. `--out DIR` replaces
 * `dist`.
 */
import "./lib/node_version.mjs";
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { HOME } from "./lib/pack_declaration.mjs";
import { packCode } from "./lib/pack_code.mjs";
import { packManifest } from "./lib/pack_manifest.mjs";
import { packTarball } from "./lib/pack_tarball.mjs";
import { packTypes } from "./lib/pack_types.mjs";
import { fail, ROOT } from "./lib/setup.mjs";

/** Import path in the package → module, from `server/`. */
const ENTRIES = {
  ".": "client/mod",
  "./ws": "client/ws",
  "./lint/deno": "lint/deno_plugin",
  "./lint/eslint": "lint/eslint_plugin",
};

/** Page in the package → its source. */
const PAGES = { "README.md": "docs/client.md", "lint.md": "docs/lint.md", LICENSE: "LICENSE" };

try {
  const { values } = parseArgs({ options: { out: { type: "string", default: join(ROOT, "dist") } } });
  const { manifest, file } = await pack(resolve(values.out));
  const kilobytes = (statSync(file).size / 1000).toFixed(1);
  console.log(`${manifest.name} ${manifest.version}: ${relative(process.cwd(), file)} (${kilobytes} kB)`);
} catch (error) {
  fail(error);
}

/** @param {string} out */
async function pack(out) {
  const folder = join(out, "client");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const root = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const modules = Object.entries(ENTRIES);
  const code = Object.fromEntries(modules.map(([, name]) => [name, `${HOME}/${name}.ts`]));
  const imports = await packCode({ root: ROOT, entries: code, outDir: folder });
  const types = Object.fromEntries(modules.map(([path, name]) => [root.name + path.slice(1), `${HOME}/${name}.ts`]));
  await packTypes({ root: ROOT, entries: types, outDir: join(folder, "types") });
  for (const [page, source] of Object.entries(PAGES)) copyFileSync(join(ROOT, source), join(folder, page));
  const entries = Object.fromEntries(
    modules.map(([path, name]) => [path, { code: `${name}.js`, types: `types/${name}.d.ts` }]),
  );
  const files = ["client", "chunks", "lint", "types", "lint.md"];
  const manifest = packManifest({ root, entries, imports, files });
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return { manifest, file: await packTarball(folder, out) };
}
