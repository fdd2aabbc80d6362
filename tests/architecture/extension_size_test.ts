/** The size of the gzipped extension (P10). Reads the Chromium build, so `npm run build` must run first. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { assert, assertEquals } from "../support/assert.ts";
import { weights } from "../support/extension_weight.ts";

const BUILD = new URL("../../.output/chrome-mv3/", import.meta.url);

Deno.test("background, widget, panel and popup are within their sizes, gzipped", () => {
  assert(existsSync(BUILD), "Cannot measure the extension: it is not built. Run `npm run build` first.");
  const weighed = weights(BUILD);
  assertEquals(weighed.map(({ name }) => name), ["background", "widget", "panel", "popup"]);
  for (const { name, bytes, most, scripts } of weighed) {
    assert(scripts.length > 0, `Cannot measure the ${name}: the build has no script for it`);
    assert(bytes <= most, `The ${name} has ${bytes} B and may have ${most} B: ${scripts.join(", ")}`);
  }
});

Deno.test("the build contains all its code: no script loads or evaluates other code", () => {
  const scripts = readdirSync(BUILD, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".js"));
  for (const path of scripts) {
    const code = readFileSync(new URL(path, BUILD), "utf8");
    assert(!/\beval\(|new Function\(|import\("https?:|importScripts\(/.test(code), `${path} may load or evaluate code`);
  }
});
