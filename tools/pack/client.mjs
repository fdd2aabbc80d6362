/** The tracked client as a package. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/setup.mjs";
import { packCode } from "./client_code.mjs";
import { HOME } from "./client_declaration.mjs";
import { CLIENT_NAME, clientManifest } from "./client_manifest.mjs";
import { packTypes } from "./client_types.mjs";

/** Import path in the package → module, from `server/`. */
const ENTRIES = {
  ".": "client/mod",
  "./ws": "client/ws",
  "./lint": "lint/eslint_plugin",
  "./lint/deno": "lint/deno_plugin",
};

/** Page in the package → its source. */
const PAGES = { "README.md": "docs/client.md", "lint.md": "docs/lint.md", LICENSE: "LICENSE" };

/**
 * @param {Record<string, any>} root the project's manifest. @param {string} folder
 * @returns {Promise<Record<string, any>>} the package's manifest.
 */
export async function packClient(root, folder) {
  const modules = Object.entries(ENTRIES);
  const code = Object.fromEntries(modules.map(([, name]) => [name, `${HOME}/${name}.ts`]));
  const imports = await packCode({ root: ROOT, entries: code, outDir: folder });
  const types = Object.fromEntries(modules.map(([path, name]) => [CLIENT_NAME + path.slice(1), `${HOME}/${name}.ts`]));
  await packTypes({ root: ROOT, entries: types, outDir: join(folder, "types") });
  for (const [page, source] of Object.entries(PAGES)) copyFileSync(join(ROOT, source), join(folder, page));
  const entries = Object.fromEntries(
    modules.map(([path, name]) => [path, { code: `${name}.js`, types: `types/${name}.d.ts` }]),
  );
  return clientManifest({ root, entries, imports, files: ["client", "chunks", "lint", "types", "lint.md"] });
}
