/** Builds the widget with its style sheet into one script for the fixtures. Use: `node tests/pages/build.mjs FILE`. */
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

const sheet = await build({
  absWorkingDir: root,
  entryPoints: ["extension/widget/widget.css"],
  bundle: true,
  write: false,
  logLevel: "warning",
});
await build({
  absWorkingDir: root,
  entryPoints: ["tests/pages/page.ts"],
  outfile: process.argv[2],
  bundle: true,
  format: "iife",
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { SHEET: JSON.stringify(sheet.outputFiles[0].text) },
  logLevel: "warning",
});
