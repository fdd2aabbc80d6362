/** Chromium with the extension, driven by Playwright. */
import { type BrowserContext, chromium, type Page } from "playwright";
import type { Badge, ExtensionBrowser, LaunchOptions, Tab } from "./browsers.ts";
import { readBadge } from "./badge.ts";
import { describeWait } from "./describe_wait.ts";
import { eventually } from "./eventually.ts";

/** Timeout of every step in a browser, long enough for two busy cores. */
const TIMEOUT_MS = 20_000;

interface ChromiumOptions extends LaunchOptions {
  path: string;
  /** Further arguments of the program. */
  args?: string[];
}

/** Starts Chromium. */
export async function launchChromium(options: ChromiumOptions): Promise<ExtensionBrowser> {
  const profile = await Deno.makeTempDir({ prefix: "quota-gauge-chromium-" });
  const context = await launchContext(profile, options).catch(async (error) => {
    await Deno.remove(profile, { recursive: true });
    throw error;
  });
  context.setDefaultTimeout(TIMEOUT_MS);
  const origin = `chrome-extension://${await unpackedId(options.build)}`;
  await closeFirstOptionsPage(context, origin);
  return new Chromium(context, origin, profile);
}

/**
 * Waits for the options page that the extension opens after its installation, and closes it. The page takes the first
 * empty tab, which could otherwise be one that a test has just opened.
 */
async function closeFirstOptionsPage(context: BrowserContext, origin: string): Promise<void> {
  const options = await eventually(() => {
    const page = context.pages().find((page) => page.url().startsWith(`${origin}/options.html`));
    if (!page) throw new Error("The extension's options page did not open by itself");
    return page;
  }, TIMEOUT_MS);
  await options.waitForLoadState();
  // A browser ends with its last tab.
  await context.newPage();
  await options.close();
}

function launchContext(
  profile: string,
  { path, build, headless, scheme, bfcache, args = [] }: ChromiumOptions,
): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: path,
    headless,
    colorScheme: scheme,
    // A visible browser is closed by the program that started it, which handles the signal.
    handleSIGINT: headless,
    handleSIGTERM: headless,
    handleSIGHUP: headless,
    viewport: headless ? undefined : null,
    ignoreDefaultArgs: bfcache ? ["--disable-back-forward-cache"] : [],
    args: [
      // Build machines seldom allow the sandbox; a visible browser keeps it unless root runs it.
      ...(headless || Deno.uid() === 0 ? ["--no-sandbox"] : []),
      `--disable-extensions-except=${build}`,
      `--load-extension=${build}`,
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      ...args,
    ],
  });
}

class Chromium implements ExtensionBrowser {
  readonly name = "chromium";
  #probe: Promise<Page> | null = null;

  constructor(readonly context: BrowserContext, readonly origin: string, readonly profile: string) {}

  extensionUrl(path: string): string {
    return `${this.origin}/${path}`;
  }

  async newTab(): Promise<Tab> {
    return new ChromiumTab(await this.context.newPage());
  }

  async openPopup(): Promise<Tab> {
    return await this.#open("popup.html");
  }

  async openOptions(): Promise<Tab> {
    return await this.#open("options.html");
  }

  async badge(): Promise<Badge> {
    const page = await (this.#probe ??= this.#openProbe());
    return await page.evaluate(readBadge);
  }

  async killBackground(): Promise<void> {
    const page = await (this.#probe ??= this.#openProbe());
    const session = await this.context.newCDPSession(page);
    await session.send("ServiceWorker.enable");
    await session.send("ServiceWorker.stopAllWorkers");
    await session.detach();
  }

  async close(): Promise<void> {
    await this.context.close();
    await Deno.remove(this.profile, { recursive: true });
  }

  async #open(path: string): Promise<Tab> {
    const tab = await this.newTab();
    await tab.goto(this.extensionUrl(path));
    return tab;
  }

  /** An icon has the extension's origin and no script of ours, so that reading there does not wake the background. */
  async #openProbe(): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(this.extensionUrl("icon/16.png"));
    return page;
  }
}

class ChromiumTab implements Tab {
  constructor(readonly page: Page) {}

  async goto(url: string): Promise<void> {
    await this.page.goto(url);
  }

  evaluate<A, T>(fn: (arg: A) => T | Promise<T>, arg?: A): Promise<T> {
    return this.page.evaluate(fn as (arg: unknown) => T | Promise<T>, arg as unknown);
  }

  async until<A, T>(fn: (arg: A) => T | Promise<T>, arg?: A, timeoutMs = TIMEOUT_MS): Promise<T> {
    const options = { timeout: timeoutMs };
    try {
      const handle = await this.page.waitForFunction(fn as (arg: unknown) => T | Promise<T>, arg as unknown, options);
      return await handle.jsonValue() as T;
    } catch (error) {
      throw new Error(await describeWait((read) => this.page.evaluate(read), fn, timeoutMs), { cause: error });
    }
  }

  click(selector: string): Promise<void> {
    return this.page.click(selector);
  }

  clickAt(x: number, y: number): Promise<void> {
    return this.page.mouse.click(x, y);
  }

  async fill(selector: string, text: string): Promise<void> {
    await this.page.fill(selector, "");
    await this.page.locator(selector).pressSequentially(text);
  }

  async resize(width: number, height: number): Promise<void> {
    await this.page.setViewportSize({ width, height });
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path });
  }

  close(): Promise<void> {
    return this.page.close();
  }
}

/** The id that Chromium gives an unpacked extension: the digest of its path, in the letters a to p. */
export async function unpackedId(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(await Deno.realPath(path)));
  const nibbles = [...new Uint8Array(digest, 0, 16)].flatMap((byte) => [byte >> 4, byte & 15]);
  return nibbles.map((nibble) => String.fromCharCode(97 + nibble)).join("");
}
