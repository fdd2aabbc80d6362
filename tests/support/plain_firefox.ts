/** Firefox without the extension, whose first page may take the tab that a test has just opened. */
import puppeteer from "puppeteer-core";
import { findBrowser } from "../../tools/lib/browsers.mjs";
import { thisMachine } from "../../tools/lib/machine.mjs";
import { ROOT } from "../../tools/lib/setup.mjs";
import type { Tab } from "./browsers.ts";
import { FirefoxTab, TIMEOUT_MS } from "./firefox.ts";

/**
 * Starts it, without a window.
 *
 * @throws {Error} when it is not installed; `npm test` installs it.
 */
export async function launchPlainFirefox(): Promise<{ newTab(): Promise<Tab>; close(): Promise<void> }> {
  const found = await findBrowser("firefox", thisMachine(ROOT));
  if ("fault" in found) throw new Error(`Cannot start a browser: ${found.fault}; run npm test, which installs it`);
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: found.path });
  const newTab = async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    return new FirefoxTab(page);
  };
  return { newTab, close: () => browser.close() };
}
