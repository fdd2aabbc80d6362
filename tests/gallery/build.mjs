/**
 * Builds the gallery: every surface in every state, without an extension around it.
 *
 * Use: `node tests/gallery/build.mjs [folder]` (default `.output/gallery`), then open `index.html` over any web server.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { catalogLanguages, wordsText } from "../../tools/lib/words.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const outdir = process.argv[2] ?? join(root, ".output/gallery");

const PAGE = `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Quota Gauge gallery</title>
<body>
<script type="module" src="page.js"></script>
</body>
</html>
`;

await mkdir(outdir, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: {
    page: "tests/gallery/page.tsx",
    popup: "extension/pages/popup/popup.css",
    widget: "extension/widget/widget.css",
    options: "extension/pages/options/options.css",
    host: "tests/gallery/host.css",
  },
  outdir,
  bundle: true,
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
});
await writeFile(join(outdir, "index.html"), PAGE);
for (const language of catalogLanguages()) await writeFile(join(outdir, `${language}.json`), wordsText(language));
console.log(outdir);
