/** What the extension may weigh, gzipped (PERFORMANCE P10). Reads the Chromium build: `npm run build` comes first. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { assert } from "../support/assert.ts";

const BUILD = new URL("../../.output/chrome-mv3/", import.meta.url);
const KB = 1000;

/** The script of an entry point, and every chunk that it loads with it. */
function scriptsOf(page: string): string[] {
  const html = readFileSync(new URL(page, BUILD), "utf8");
  return [...html.matchAll(/(?:src|href)="\/?([^"]+\.js)"/g)].map(([, path]) => path);
}

function gzipped(paths: string[]): number {
  return paths.reduce((sum, path) => sum + gzipSync(readFileSync(new URL(path, BUILD)), { level: 9 }).length, 0);
}

const BUDGETS: [name: string, kilobytes: number, scripts: () => string[]][] = [
  ["background", 15, () => ["background.js"]],
  // Its style sheet is packed into it.
  ["widget", 14, () => ["widget.js"]],
  ["popup", 16, () => scriptsOf("popup.html")],
];

for (const [name, kilobytes, scripts] of BUDGETS) {
  Deno.test(`the ${name} weighs at most ${kilobytes} kB gzipped`, () => {
    assert(existsSync(BUILD), "Cannot weigh the extension: it is not built. Run `npm run build` first.");
    const paths = scripts();
    assert(paths.length > 0, `Cannot weigh the ${name}: no script found in the build`);
    const size = gzipped(paths);
    assert(size <= kilobytes * KB, `The ${name} weighs ${size} B of ${kilobytes * KB} B: ${paths.join(", ")}`);
  });
}

Deno.test("the build brings all its code along: nothing is fetched, evaluated or left to a source map", () => {
  const scripts = readdirSync(BUILD, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".js"));
  for (const path of scripts) {
    const code = readFileSync(new URL(path, BUILD), "utf8");
    assert(!/\beval\(|new Function\(|import\("https?:|importScripts\(/.test(code), `${path} may load or evaluate code`);
  }
});
