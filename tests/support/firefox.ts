/** Firefox with the extension, by way of Puppeteer and WebDriver BiDi. */
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { readBadge } from "./badge.ts";
import type { Badge, ExtensionBrowser, LaunchOptions, Tab } from "./browsers.ts";

/** How long anything in a browser may take before a test gives up; two busy cores are slow. */
const PATIENCE_MS = 20_000;
const POLL_MS = 50;

/** Starts Firefox and installs the extension, as `about:debugging` would. */
export async function launchFirefox(
  { path, build, headless, scheme }: LaunchOptions & { path: string },
): Promise<ExtensionBrowser> {
  const manifest = JSON.parse(await Deno.readTextFile(`${build}/manifest.json`));
  // Firefox draws the host of an extension's pages by lot, once per profile; this draws it beforehand.
  const host = crypto.randomUUID();
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: path,
    headless,
    // Since Firefox 153 a driver may open web pages alone unless this is said; the popup is none.
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
    page.setDefaultTimeout(PATIENCE_MS);
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

class FirefoxTab implements Tab {
  constructor(readonly page: Page) {}

  async goto(url: string): Promise<void> {
    if (!url.startsWith("moz-extension:")) return void await this.page.goto(url);
    // Firefox tells no driver that an extension page has loaded, so that `goto` never ends: the page is asked instead.
    void this.page.goto(url, { timeout: 0 }).catch(() => {});
    await this.until((url) => location.href === url && document.readyState === "complete", url);
  }

  evaluate<A, T>(fn: (arg: A) => T | Promise<T>, arg?: A): Promise<T> {
    return this.page.evaluate(fn as (arg: unknown) => T | Promise<T>, arg as unknown);
  }

  /** By polling from here: Puppeteer's own waiting compiles its helper with `eval`, which an extension page forbids. */
  async until<A, T>(fn: (arg: A) => T | Promise<T>, arg?: A, timeoutMs = PATIENCE_MS): Promise<T> {
    const deadline = performance.now() + timeoutMs;
    while (true) {
      // A page that is being replaced answers with an error; the next one will answer.
      const value = await this.#ask(fn, arg).catch(() => undefined);
      if (value) return value;
      if (performance.now() > deadline) throw new Error(`Nothing true within ${timeoutMs} ms from ${fn}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** An element has no JSON; that there is one is all that its caller can want to know. */
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
