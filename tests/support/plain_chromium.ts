/** Chromium without the extension, for pages of a team's own. */
import { type Browser, chromium } from "playwright";
import { findBrowser } from "../../tools/lib/browsers.mjs";
import { thisMachine } from "../../tools/lib/machine.mjs";
import { ROOT } from "../../tools/lib/setup.mjs";

/**
 * Starts it, without a window.
 *
 * @throws {Error} when it is not installed; `npm test` installs it.
 */
export async function launchPlainChromium(): Promise<Browser> {
  const found = await findBrowser("chromium", thisMachine(ROOT));
  if ("fault" in found) throw new Error(`Cannot start a browser: ${found.fault}; run npm test, which installs it`);
  // Playwright turns the back/forward cache off, which Chromium has where no test drives it.
  const ignoreDefaultArgs = ["--disable-back-forward-cache"];
  return await chromium.launch({ executablePath: found.path, args: ["--no-sandbox"], ignoreDefaultArgs });
}
