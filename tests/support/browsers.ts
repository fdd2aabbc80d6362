/** Starts real browsers with the built extension, with one interface for Chromium and Firefox. */
import { type BrowserName, findBrowser } from "../../tools/lib/browsers.mjs";
import { thisMachine } from "../../tools/lib/machine.mjs";
import { ROOT } from "../../tools/lib/setup.mjs";
import { launchChromium } from "./chromium.ts";
import { launchFirefox } from "./firefox.ts";

/** A page, in either browser. */
export interface Tab {
  /** Opens an address, web or extension, and waits until its document is complete. */
  goto(url: string): Promise<void>;
  /** Runs `fn` in the page; its argument and result are passed as JSON. */
  evaluate<A, T>(fn: (arg: A) => T | Promise<T>, arg?: A): Promise<T>;
  /** Waits until `fn` returns a truthy value in the page and returns it; for an element, returns true. */
  until<A, T>(fn: (arg: A) => T | Promise<T>, arg?: A, timeoutMs?: number): Promise<T>;
  click(selector: string): Promise<void>;
  /** A trusted click at a position in CSS pixels, also where no selector reaches. */
  clickAt(x: number, y: number): Promise<void>;
  /** Replaces the text of a field, key by key. */
  fill(selector: string, text: string): Promise<void>;
  /** Resizes the viewport, in CSS pixels. */
  resize(width: number, height: number): Promise<void>;
  /** Writes a PNG. */
  screenshot(path: string): Promise<void>;
  close(): Promise<void>;
}

/** A browser with the extension and a profile of its own, which is deleted with it. */
export interface ExtensionBrowser {
  name: BrowserName;
  /** Address of a file of the extension: `popup.html`. */
  extensionUrl(path: string): string;
  newTab(): Promise<Tab>;
  /** A tab that shows the popup's document; a test cannot hold the real one open. */
  openPopup(): Promise<Tab>;
  openOptions(): Promise<Tab>;
  /** Reads the badge without waking the background. */
  badge(): Promise<Badge>;
  /** Kills the extension's background as the browser does when it has been idle. */
  killBackground(): Promise<void>;
  close(): Promise<void>;
}

export interface Badge {
  text: string;
  title: string;
  /** Red, green, blue, alpha: 0 to 255. */
  colour: number[];
}

/** The builds that the tests load. */
export const BUILDS: Record<BrowserName, string> = {
  chromium: `${ROOT}/.output/chrome-mv3`,
  firefox: `${ROOT}/.output/firefox-mv3`,
};

export interface LaunchOptions {
  /** `false` shows a window. */
  headless: boolean;
  /** The extension's build, unpacked. */
  build: string;
  /** The preferred colour scheme of pages; null leaves it to the machine. */
  scheme: "light" | "dark" | null;
  /** Keeps pages in the back/forward cache, as Chromium does where no test drives it. Firefox always does. */
  bfcache?: boolean;
}

/**
 * Starts a browser with the extension.
 *
 * @throws {Error} when the browser is not installed; `npm test` installs it.
 */
export async function launchBrowser(
  name: BrowserName,
  { headless = true, build = BUILDS[name], scheme = "light", bfcache }: Partial<LaunchOptions> = {},
): Promise<ExtensionBrowser> {
  const found = await findBrowser(name, thisMachine(ROOT));
  if ("fault" in found) throw new Error(`Cannot start a browser: ${found.fault}; run npm test, which installs it`);
  const launch = name === "chromium" ? launchChromium : launchFirefox;
  return await launch({ path: found.path, build, headless, scheme, bfcache });
}
