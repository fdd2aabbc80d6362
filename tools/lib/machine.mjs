/** What `browsers.mjs` decides from, read from the machine that this runs on. */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { run } from "./child.mjs";

const VERSION_MS = 30_000;

/**
 * This machine.
 *
 * @param {string} root the project's folder; our own downloads go below it, so that deleting it deletes them.
 * @returns {import("./browsers.mjs").Machine}
 */
export function thisMachine(root) {
  const cache = join(root, "tests", ".cache", "browsers");
  return {
    platform: process.platform,
    root: process.getuid?.() === 0,
    env: process.env,
    cache,
    exists: existsSync,
    starts,
    downloaded: (name) => name === "chromium" ? playwrightChromium() : puppeteerFirefox(cache),
    attempt: async (command, args, timeoutMs) => {
      const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
      return (await run(command, args, { cwd: root, env, timeoutMs })).code === 0;
    },
  };
}

/** A browser without its system libraries, or Ubuntu's stub that only names a snap, fails here. @param {string} path */
async function starts(path) {
  if (!existsSync(path) || isSnap(path)) return false;
  if (process.platform === "win32") return true; // There `--version` opens a window.
  return (await run(path, ["--version"], { env: process.env, timeoutMs: VERSION_MS })).code === 0;
}

/** A snap may read neither a hidden folder, where the extension is built, nor a profile in /tmp. @param {string} path */
function isSnap(path) {
  const real = realpathSync(path);
  if (real.startsWith("/snap/") || real === "/usr/bin/snap") return true;
  const { size } = statSync(real);
  return size < 10_000 && readFileSync(real, "utf8").includes("/snap/bin/");
}

async function playwrightChromium() {
  const { chromium } = await import("playwright");
  return chromium.executablePath() || null;
}

/** @param {string} cacheDir */
async function puppeteerFirefox(cacheDir) {
  const { getInstalledBrowsers } = await import("@puppeteer/browsers");
  const installed = await getInstalledBrowsers({ cacheDir });
  return installed.find((browser) => browser.browser === "firefox")?.executablePath ?? null;
}
