/** What the extension may weigh, gzipped (PERFORMANCE P10). Reads the Chromium build: `npm run build` comes first. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { assert, assertEquals } from "../support/assert.ts";
import { weights } from "../support/extension_weight.ts";

const BUILD = new URL("../../.output/chrome-mv3/", import.meta.url);

Deno.test("background, widget and popup weigh no more than they may, gzipped", () => {
  assert(existsSync(BUILD), "Cannot weigh the extension: it is not built. Run `npm run build` first.");
  const weighed = weights(BUILD);
  assertEquals(weighed.map(({ name }) => name), ["background", "widget", "popup"]);
  for (const { name, bytes, most, scripts } of weighed) {
    assert(scripts.length > 0, `Cannot weigh the ${name}: no script found in the build`);
    assert(bytes <= most, `The ${name} weighs ${bytes} B of ${most} B: ${scripts.join(", ")}`);
  }
});

Deno.test("the build brings all its code along: nothing is fetched, evaluated or left to a source map", () => {
  const scripts = readdirSync(BUILD, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".js"));
  for (const path of scripts) {
    const code = readFileSync(new URL(path, BUILD), "utf8");
    assert(!/\beval\(|new Function\(|import\("https?:|importScripts\(/.test(code), `${path} may load or evaluate code`);
  }
});
