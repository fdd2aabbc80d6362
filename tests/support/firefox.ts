/** Firefox with the extension, driven by Puppeteer over WebDriver BiDi. */
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { readBadge } from "./badge.ts";
import { describeWait } from "./describe_wait.ts";
import type { Badge, ExtensionBrowser, LaunchOptions, Tab } from "./browsers.ts";

/** Timeout of every step in a browser, long enough for two busy cores. */
export const TIMEOUT_MS = 20_000;
const POLL_MS = 50;
/** An extension page without the extension's API is loaded again after this. */
const API_TIMEOUT_MS = 5_000;

/** Starts Firefox and installs the extension, as `about:debugging` would. */
export async function launchFirefox(
  { path, build, headless, scheme }: LaunchOptions & { path: string },
): Promise<ExtensionBrowser> {
  const manifest = JSON.parse(await Deno.readTextFile(`${build}/manifest.json`));
  // Firefox chooses a random host for an extension's pages once per profile; this sets it in advance.
  const host = crypto.randomUUID();
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: path,
    headless,
    // Since Firefox 153 a driver may open only web pages without this, and the popup is not one.
    args: ["--remote-allow-system-access"],
    extraPrefsFirefox: {
      "extensions.webextensions.uuids": JSON.stringify({ [manifest.browser_specific_settings.gecko.id]: host }),
      "extensions.webextOptionalPermissionPrompts": false,
      ...(scheme && { "ui.systemUsesDarkTheme": scheme === "dark" ? 1 : 0 }),
    },
  });
  await browser.installExtension(build);
  return new Firefox(browser, `moz-extension://${host}`);
}

class Firefox implements ExtensionBrowser {
  readonly name = "firefox";
  #probe: Promise<Tab> | null = null;

  constructor(readonly browser: Browser, readonly origin: string) {}

  extensionUrl(path: string): string {
    return `${this.origin}/${path}`;
  }

  async newTab(): Promise<Tab> {
    const page = await this.browser.newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    return new FirefoxTab(page);
  }

  openPopup(): Promise<Tab> {
    return this.#open("popup.html");
  }

  openOptions(): Promise<Tab> {
    return this.#open("options.html");
  }

  async badge(): Promise<Badge> {
    const tab = await (this.#probe ??= this.#open("icon/16.png"));
    return await tab.evaluate(readBadge);
  }

  killBackground(): Promise<void> {
    return Promise.reject(new Error("Cannot kill the background in Firefox: WebDriver has no command for it"));
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  async #open(path: string): Promise<Tab> {
    const tab = await this.newTab();
    await tab.goto(this.extensionUrl(path));
    return tab;
  }
}

export class FirefoxTab implements Tab {
  /** Address of the extension page that this tab shows, or null for a web page. */
  #extensionUrl: string | null = null;

  constructor(readonly page: Page) {}

  async goto(url: string): Promise<void> {
    this.#extensionUrl = url.startsWith("moz-extension:") ? url : null;
    if (!this.#extensionUrl) return await this.#gotoPage(new URL(url).href);
    // Firefox reports no load event of an extension page, so `goto` never ends: poll the page instead.
    void this.page.goto(url, { timeout: 0 }).catch(() => {});
    await this.until((url) => location.href === url && document.readyState === "complete", url);
  }

  /** Firefox sometimes reports no load event of a web page either, so that the page is asked, too. */
  async #gotoPage(url: string): Promise<void> {
    if (this.page.url() === url) return void await this.page.goto(url);
    const loaded = this.page.goto(url, { timeout: 0 });
    const complete = this.until((url) => location.href === url && document.readyState === "complete", url);
    for (const each of [loaded, complete]) each.catch(() => {});
    await Promise.race([loaded, complete]);
  }

  async evaluate<A, T>(fn: (arg: A) => T | Promise<T>, arg?: A): Promise<T> {
    await this.#extensionApi();
    return await this.page.evaluate(fn as (arg: unknown) => T | Promise<T>, arg as unknown);
  }

  /**
   * Waits until an extension page has the extension's API. On a busy machine Firefox has answered from a document
   * without it, once in some hundred runs; a page that stays without it is loaded again.
   */
  async #extensionApi(): Promise<void> {
    if (!this.#extensionUrl) return;
    const hasApi = () => "browser" in globalThis;
    if (await this.#poll(hasApi, undefined, API_TIMEOUT_MS)) return;
    await this.goto(this.#extensionUrl);
    await this.until(hasApi);
  }

  async until<A, T>(fn: (arg: A) => T | Promise<T>, arg?: A, timeoutMs = TIMEOUT_MS): Promise<T> {
    const value = await this.#poll(fn, arg, timeoutMs);
    if (value) return value;
    throw new Error(await describeWait((read) => this.page.evaluate(read), fn, timeoutMs));
  }

  /** Polls from here: Puppeteer's own wait uses `eval`, which an extension page forbids. */
  async #poll<A, T>(fn: (arg: A) => T | Promise<T>, arg: A | undefined, timeoutMs: number): Promise<T | undefined> {
    const deadline = performance.now() + timeoutMs;
    while (true) {
      // A page that is being replaced throws; the next one answers.
      const value = await this.#ask(fn, arg).catch(() => undefined);
      if (value || performance.now() > deadline) return value;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** An element cannot be passed as JSON: true stands for it. */
  async #ask<A, T>(fn: (arg: A) => T | Promise<T>, arg?: A): Promise<T> {
    const handle = await this.page.evaluateHandle(fn as (arg: unknown) => T | Promise<T>, arg as unknown);
    const value = handle.asElement() ? true as T : await handle.jsonValue() as T;
    await handle.dispose();
    return value;
  }

  async click(selector: string): Promise<void> {
    await this.page.click(selector);
  }

  clickAt(x: number, y: number): Promise<void> {
    return this.page.mouse.click(x, y);
  }

  async fill(selector: string, text: string): Promise<void> {
    await this.page.click(selector, { count: 3 });
    await this.page.keyboard.press("Backspace");
    await this.page.type(selector, text);
  }

  async resize(width: number, height: number): Promise<void> {
    await this.page.setViewport({ width, height });
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path: path as `${string}.png` });
  }

  close(): Promise<void> {
    return this.page.close();
  }
}
