/** Builds the extension for each store and packs it, with WXT. */
import { relative } from "node:path";
import { zip } from "wxt";
import { quiet } from "../lib/wxt_logger.mjs";

/** Name of the store → WXT's name of its browser. */
const STORES = { Chrome: "chrome", Edge: "edge", Firefox: "firefox" };

/** The files that `tools/build.mjs` reads, for Firefox's reviewers. */
const SOURCES = [
  "extension/**",
  "shared/**",
  "server/dashboard/**",
  "!**/*_test.{ts,tsx}",
  "wxt.config.ts",
  "package.json",
  "package-lock.json",
  "tools/build.mjs",
  "tools/lib/dashboard.mjs",
  "tools/lib/without_markup.mjs",
  "tools/lib/words.mjs",
  "tools/lib/wxt_logger.mjs",
  "docs/store/sources.md",
  "LICENSE",
];

/**
 * @param {string} root the project's folder.
 * @param {string} out an absolute path; builds and zips are written there.
 * @returns {Promise<Record<keyof typeof STORES | "Sources", string>>} the absolute path of each zip.
 */
export async function zipForStores(root, out) {
  const paths = /** @type {Record<string, string>} */ ({});
  for (const [store, browser] of Object.entries(STORES)) {
    const [extension, sources] = await zip({
      root,
      browser,
      outDir: relative(root, out),
      manifestVersion: 3,
      zip: { includeSources: SOURCES, excludeSources: ["**"] },
      logger: quiet,
    });
    paths[store] = extension;
    if (sources) paths.Sources = sources;
  }
  return paths;
}
