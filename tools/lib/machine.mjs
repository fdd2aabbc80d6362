/** The facts and commands of this machine, for `browsers.mjs`. */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { run } from "./child.mjs";

const VERSION_MS = 30_000;

/**
 * Describes this machine.
 *
 * @param {string} root the project's folder; downloads go below it and are deleted with it.
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

/** Fails for a browser without its system libraries, and for Ubuntu's stub that names a snap. @param {string} path */
async function starts(path) {
  if (!existsSync(path) || isSnap(path)) return false;
  if (process.platform === "win32") return true; // `--version` opens a window on Windows.
  return (await run(path, ["--version"], { env: process.env, timeoutMs: VERSION_MS })).code === 0;
}

/** A snap cannot read `.output`, a hidden folder, nor a profile in /tmp. @param {string} path */
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
