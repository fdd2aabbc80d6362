/** A real Chromium with the built extension, connected to a service. */
import type { BrowserContext, Page, Worker } from "playwright";
import { type ExtensionBrowser, launchBrowser, type LaunchOptions } from "../../support/browsers.ts";
import type { Settings } from "../../../extension/state/settings.ts";

export interface Bench extends AsyncDisposable {
  browser: ExtensionBrowser;
  /** Playwright's context, for functions that `ExtensionBrowser` does not have. */
  context: BrowserContext;
}

export async function openChromium(options: Partial<LaunchOptions> = {}): Promise<Bench> {
  const browser = await launchBrowser("chromium", options);
  if (!("context" in browser)) throw new Error("Cannot measure in this browser: Playwright does not control it");
  const context = browser.context as BrowserContext;
  return { browser, context, [Symbol.asyncDispose]: () => browser.close() };
}

/** The extension's background, started. */
export async function backgroundOf(context: BrowserContext): Promise<Worker> {
  return context.serviceWorkers()[0] ?? await context.waitForEvent("serviceworker");
}

interface Messenger {
  runtime: { sendMessage(message: object): Promise<{ ok: boolean; sentence: string }> };
}

/** Saves settings as the options page does, and waits until the background has applied them. */
export async function configure(options: Page, settings: Settings): Promise<void> {
  const result = await options.evaluate((settings) => {
    const { chrome } = globalThis as unknown as { chrome: Messenger };
    return chrome.runtime.sendMessage({ type: "save", settings });
  }, settings);
  if (!result.ok) throw new Error(`Cannot connect the extension: ${result.sentence}`);
}

export async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

export function openOptions({ browser, context }: Bench): Promise<Page> {
  return openPage(context, browser.extensionUrl("options.html"));
}
