/** Opens the gallery in a real browser, for screenshots and tests. */
import { type Browser, type BrowserContext, chromium, type Page } from "playwright";
import { fileURLToPath } from "node:url";
import { findBrowser } from "../../tools/lib/browsers.mjs";
import { thisMachine } from "../../tools/lib/machine.mjs";
import type { Language } from "../../shared/words/languages.ts";
import { ROOT } from "../../tools/lib/setup.mjs";
import { AT } from "./fixtures.ts";

const PLACE = "http://gallery.test/";
const MIME: Record<string, string> = {
  html: "text/html",
  js: "text/javascript",
  css: "text/css",
  json: "application/json",
};

export type Surface = "popup" | "widget" | "options" | "onboarding";

export interface Shot {
  surface: Surface;
  state: string;
  scheme: "light" | "dark";
  width: number;
  height?: number;
  /** The widget unfolded. */
  open?: boolean;
  /** The widget with the notice of its state. */
  toast?: boolean;
  /** `en` if it is left out. */
  language?: Language;
  /** Timers fire only when the test moves `page.clock`. */
  paused?: boolean;
}

/** The states in which the options page looks different. */
export const OPTIONS_STATES = ["live_normal", "offline", "refused", "large"];

/** The states whose notices differ: of each kind one, and the longest. */
export const TOAST_STATES = ["live_normal", "warning", "rate_limited", "quota_exceeded", "model_full", "large"];

/** Builds the gallery into a new folder, so that concurrent tests do not overwrite each other's files. */
async function build(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "gallery-" });
  const script = fileURLToPath(new URL("build.mjs", import.meta.url));
  const { success, stderr } = await new Deno.Command("node", { args: [script, folder] }).output();
  if (!success) throw new Error(`Cannot build the gallery: ${new TextDecoder().decode(stderr)}`);
  return folder;
}

/** A browser with one context for each scheme and kind of device; a narrow page is a phone. */
export class Gallery {
  readonly #contexts = new Map<string, Promise<BrowserContext>>();

  private constructor(readonly browser: Browser, readonly folder: string) {}

  static async open(): Promise<Gallery> {
    const found = await findBrowser("chromium", thisMachine(ROOT));
    if ("fault" in found) throw new Error(`Cannot open the gallery: ${found.fault}; run npm test, which installs it`);
    const folder = await build();
    return new Gallery(await chromium.launch({ executablePath: found.path, args: ["--no-sandbox"] }), folder);
  }

  /** A page with one surface in one state. The caller closes it. */
  async show(
    { surface, state, scheme, width, height = 700, open = false, paused = false, toast = false, language }: Shot,
  ): Promise<Page> {
    const page = await (await this.#context(scheme, width < 360)).newPage();
    await page.setViewportSize({ width, height });
    if (paused) {
      // It runs until it is paused, which may take a while, and cannot go back.
      await page.clock.install({ time: AT - 60_000 });
      await page.clock.pauseAt(AT);
    }
    await page.goto(
      `${PLACE}?${new URLSearchParams({
        surface,
        state,
        host: scheme,
        ...toast && { toast: "" },
        ...language && { language },
      })}`,
    );
    // Text and places depend on the style sheets.
    await page.locator("html[data-ready]").waitFor();
    if (toast) await page.locator(".toast .headline").waitFor();
    if (surface === "widget" && open) await openPanel(page);
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await Deno.remove(this.folder, { recursive: true });
  }

  #context(scheme: Shot["scheme"], isMobile: boolean): Promise<BrowserContext> {
    const key = `${scheme} ${isMobile}`;
    const known = this.#contexts.get(key) ?? this.#newContext(scheme, isMobile);
    this.#contexts.set(key, known);
    return known;
  }

  /** Every request is answered from the built folder. */
  async #newContext(colorScheme: Shot["scheme"], isMobile: boolean): Promise<BrowserContext> {
    const settings = { deviceScaleFactor: 2, timezoneId: "UTC", locale: "en-US", reducedMotion: "reduce" } as const;
    const context = await this.browser.newContext({ ...settings, colorScheme, isMobile, hasTouch: isMobile });
    await context.route("**", async (route) => {
      const name = new URL(route.request().url()).pathname.slice(1) || "index.html";
      const body = await Deno.readTextFile(`${this.folder}/${name}`).catch(() => "");
      await route.fulfill({ contentType: MIME[name.split(".").pop() ?? ""] ?? "text/plain", body });
    });
    return context;
  }
}

/** Opens the widget's panel, and waits until it has its place: its script draws it first and places it then. */
async function openPanel(page: Page): Promise<void> {
  await page.locator(".pill").click();
  await page.locator(".panel").evaluate(async (panel) => {
    const frame = () => new Promise(requestAnimationFrame);
    const place = () =>
      JSON.stringify(
        [panel, ...(panel.getRootNode() as ShadowRoot).querySelectorAll(".pill")].map((each) =>
          each.getBoundingClientRect()
        ),
      );
    for (let same = 0, before = ""; same < 5; same = place() === before ? same + 1 : (before = place(), 0)) {
      await frame();
    }
  });
}
