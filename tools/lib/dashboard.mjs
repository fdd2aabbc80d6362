/** Builds the dashboard: `server/dashboard` → `.output/dashboard`, with a hash in each name and a gzip file beside each. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { WITHOUT_MARKUP } from "./without_markup.mjs";
import { catalogLanguages, dashboardWords } from "./words.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OUTPUT = join(ROOT, ".output", "dashboard");

/** Writes the build, in place of the one before. */
export async function buildDashboard(outDir = OUTPUT) {
  const words = catalogLanguages().map((language) => wordsFile(language));
  await build({
    configFile: false,
    root: join(ROOT, "server", "dashboard"),
    // Relative addresses work below any path prefix.
    base: "./",
    publicDir: false,
    logLevel: "warn",
    plugins: [WITHOUT_MARKUP, wordsPlugin(words)],
    define: { WORDS: JSON.stringify(Object.fromEntries(words.map(({ language, fileName }) => [language, fileName]))) },
    resolve: { alias: { "zod/mini": join(ROOT, "extension", "monitor", "small_zod.ts") } },
    esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
    // The page's policy forbids data: addresses for everything but images, and inline scripts.
    build: { outDir, emptyOutDir: true, target: "es2023", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  });
  for (const name of readdirSync(join(outDir, "assets"))) {
    const path = join(outDir, "assets", name);
    if (/\.(js|css|json)$/.test(name)) writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
  }
}

/** @param {string} language */
function wordsFile(language) {
  const source = dashboardWords(language);
  const hash = createHash("sha256").update(source).digest("base64url").slice(0, 8);
  return { language, source, fileName: `assets/words-${language}-${hash}.json` };
}

/** @param {ReturnType<typeof wordsFile>[]} words @returns {import("vite").Plugin} */
function wordsPlugin(words) {
  return {
    name: "words",
    generateBundle() {
      for (const { fileName, source } of words) this.emitFile({ type: "asset", fileName, source });
    },
  };
}
