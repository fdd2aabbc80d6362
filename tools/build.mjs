/** `npm run build`: the Chromium and the Firefox build of the extension, and where to find them. */
import { relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "wxt";

const root = fileURLToPath(new URL("..", import.meta.url));

for (const browser of ["chrome", "firefox"]) {
  const started = performance.now();
  // WXT's own log is long and names every chunk; a fault still comes as an exception.
  await build({ root, browser, manifestVersion: 3, logger: quiet() });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${browser === "chrome" ? "Chromium" : "Firefox"}: ${
      relative(process.cwd(), `${root}.output/${browser}-mv3`)
    } (${seconds} s)`,
  );
}

/** A logger that keeps warnings and errors. */
function quiet() {
  const silent = () => {};
  return {
    debug: silent,
    log: silent,
    info: silent,
    success: silent,
    warn: console.warn,
    error: console.error,
    fatal: console.error,
    level: 1,
  };
}
