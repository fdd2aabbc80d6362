/** `npm run build`: builds the extension for Chromium and Firefox, and prints the folders. */
import { relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "wxt";
import { quiet } from "./lib/wxt_logger.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

for (const browser of ["chrome", "firefox"]) {
  const started = performance.now();
  await build({ root, browser, manifestVersion: 3, logger: quiet });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${browser === "chrome" ? "Chromium" : "Firefox"}: ${
      relative(process.cwd(), `${root}.output/${browser}-mv3`)
    } (${seconds} s)`,
  );
}
