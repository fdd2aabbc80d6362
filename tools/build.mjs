/** `npm run build`: builds the extension for Chromium and Firefox and the dashboard, and prints the folders. */
import { relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { quiet } from "./lib/wxt_logger.mjs";

if (process.argv.length > 2) end(`Cannot read ${process.argv.slice(2).join(" ")}: it takes no options`);
const { build } = await import("wxt").catch((error) =>
  end(error.code === "ERR_MODULE_NOT_FOUND" ? "Cannot build: run npm ci first" : error)
);

const { buildDashboard } = await import("./lib/dashboard.mjs");
const root = fileURLToPath(new URL("..", import.meta.url));

for (const browser of ["chrome", "firefox"]) {
  const started = performance.now();
  await build({ root, browser, manifestVersion: 3, logger: quiet });
  report(browser === "chrome" ? "Chromium" : "Firefox", `${browser}-mv3`, started);
}
const started = performance.now();
await buildDashboard();
report("Dashboard", "dashboard", started);

/** @param {string} name @param {string} folder in `.output` @param {number} started */
function report(name, folder, started) {
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${name}: ${relative(process.cwd(), `${root}.output/${folder}`)} (${seconds} s)`);
}

/** @param {unknown} text @returns {never} */
function end(text) {
  console.error(text);
  process.exit(1);
}
