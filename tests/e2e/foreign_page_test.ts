/** The widget in a page that is not ours: after an update, in a hostile page, and under a strict policy. */
import type { BrowserName } from "../../tools/lib/browsers.mjs";
import { assert, assertEquals } from "../support/assert.ts";
import type { ExtensionBrowser, Tab } from "../support/browsers.ts";
import { eventually } from "../support/eventually.ts";
import { connect, onStage } from "./stage.ts";
import { openChat, readWidget, type ShownWidget } from "./surfaces.ts";

const BROWSERS: BrowserName[] = ["chromium", "firefox"];

/** State that only the extension may change: its settings and its open pages. */
interface Privileged {
  settings: string;
  options_pages: number;
}

function privileged(probe: Tab): Promise<Privileged> {
  return probe.evaluate(async () => {
    const api = (globalThis as unknown as Record<string, WebExtensionApi>).browser ??
      (globalThis as unknown as Record<string, WebExtensionApi>).chrome;
    const tabs = await api.tabs.query({});
    return {
      settings: JSON.stringify(await api.storage.local.get("settings")),
      options_pages: tabs.filter(({ url }) => url?.endsWith("/options.html")).length,
    };
  });
}

interface WebExtensionApi {
  tabs: { query(of: object): Promise<{ id: number; url?: string }[]> };
  scripting: { executeScript(of: { target: { tabId: number }; files: string[] }): Promise<unknown> };
  storage: { local: { get(key: string): Promise<object> } };
  runtime: { reload(): void };
}

/** Chromium disables an unpacked extension when it is reloaded, except in developer mode. */
async function enableDeveloperMode(browser: ExtensionBrowser): Promise<void> {
  const tab = await browser.newTab();
  await tab.goto("chrome://extensions");
  await tab.evaluate(() => {
    const { chrome } = globalThis as unknown as { chrome: DeveloperApi };
    return chrome.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true });
  });
  await tab.close();
}

interface DeveloperApi {
  developerPrivate: { updateProfileConfiguration(to: { inDeveloperMode: boolean }): Promise<void> };
}

/** Waits for the widget. */
function widgetIn(probe: Tab, url: string): Promise<ShownWidget> {
  return eventually(async () => {
    const widget = await readWidget(probe, url);
    assert(widget, "no widget yet");
    return widget;
  });
}

for (const name of BROWSERS) {
  Deno.test(`FAULT 57: ${name}: after an update with the page open, one new widget replaces the old one`, () =>
    onStage(name, async (stage) => {
      const { browser, chat } = stage;
      const options = await connect(stage, "acme");
      const page = await openChat(browser, options, `${chat.url}/c/launch`);
      await page.evaluate(() => document.querySelector("[data-quota-gauge]")!.classList.add("old"));
      if (name === "chromium") await enableDeveloperMode(browser);
      // The reload closes this page too, so there is no result.
      await options.evaluate(() => {
        const { browser, chrome } = globalThis as unknown as Record<string, WebExtensionApi>;
        setTimeout(() => (browser ?? chrome).runtime.reload());
      });
      await page.until(() => {
        const hosts = document.querySelectorAll("[data-quota-gauge]");
        return hosts.length === 1 && !hosts[0].classList.contains("old");
      });
      const { hosts } = await widgetIn(await browser.openOptions(), chat.url);
      assertEquals(hosts, 1);
    }));

  Deno.test(`FAULT 59: ${name}: a hostile page that removes, covers and clones the widget and fakes events learns and changes nothing`, () =>
    onStage(name, async (stage) => {
      const { browser, chat } = stage;
      const options = await connect(stage, "acme");
      const page = await browser.newTab();
      await page.goto(`${chat.url}/c/launch`);
      // The page draws its composer after it has loaded: until then the widget floats.
      await page.until(() => document.querySelector("main > [data-quota-gauge]") !== null);
      const before = await widgetIn(options, chat.url);
      const held = await privileged(options);

      const seen = await page.evaluate(({ x, y }) => {
        const host = document.querySelector("[data-quota-gauge]")!;
        const clone = host.cloneNode(true) as Element;
        // Untrusted clicks and keys.
        const target = document.elementFromPoint(x, y)!;
        const fake = { bubbles: true, composed: true, cancelable: true, clientX: x, clientY: y };
        for (const at of [host, target]) {
          at.dispatchEvent(new MouseEvent("click", fake));
          at.dispatchEvent(new KeyboardEvent("keydown", { ...fake, key: "Enter" }));
          (at as HTMLElement).click();
        }
        const cover = document.createElement("div");
        cover.id = "cover";
        Object.assign(cover.style, { position: "fixed", inset: "0", zIndex: "2147483647" });
        document.body.append(cover, clone);
        for (const type of ["view", "leave", "save", "open_options", "retry"]) {
          postMessage({ type, view: {}, settings: { server_url: "http://evil.test" } }, "*");
          host.dispatchEvent(new CustomEvent(type, { detail: { type }, bubbles: true, composed: true }));
        }
        const api = globalThis as {
          chrome?: { runtime?: object };
          browser?: { runtime?: object };
          quotaGaugeLeave?: object;
        };
        host.remove();
        return {
          same: target === host,
          roots: [host.shadowRoot, clone.shadowRoot],
          markup: host.outerHTML,
          text: host.textContent,
          doors: [api.chrome?.runtime, api.browser?.runtime, api.quotaGaugeLeave].map((door) => typeof door),
        };
      }, before.pill);
      assertEquals(seen, {
        same: true,
        roots: [null, null],
        markup: '<div data-quota-gauge=""></div>',
        text: "",
        doors: ["undefined", "undefined", "undefined"],
      });

      await page.clickAt(before.pill.x, before.pill.y); // Hits the cover.
      await page.evaluate(() =>
        document.body.querySelectorAll("#cover, [data-quota-gauge]").forEach((fake) => fake.remove())
      );
      await page.until(() => document.querySelectorAll("[data-quota-gauge]").length === 1);
      const after = await widgetIn(options, chat.url);
      assertEquals([after.hosts, after.workspace, after.pill.text], [1, "", before.pill.text]);
      assertEquals(await privileged(options), held);
      // A trusted click still unfolds it.
      await page.clickAt(after.pill.x, after.pill.y);
      await eventually(async () => assertEquals((await widgetIn(options, chat.url)).workspace, "acme"));
    }));

  Deno.test(`FAULT 59: ${name}: a page's custom elements and patched methods get no root of the widget`, () =>
    onStage(name, async (stage) => {
      const { browser, chat } = stage;
      const options = await connect(stage, "acme");
      const page = await browser.newTab();
      await page.goto(`${chat.url}/c/launch`);
      await widgetIn(options, chat.url);
      const seen = await page.evaluate(() => {
        const roots: unknown[] = [];
        class Spy extends HTMLElement {
          constructor() {
            super();
            roots.push(this.attachInternals().shadowRoot);
          }
        }
        customElements.define("quota-gauge", Spy);
        customElements.define("quota-gauge-widget", class extends Spy {});
        const host = document.querySelector("[data-quota-gauge]")!;
        customElements.upgrade(document.documentElement);
        let internals = "none";
        try {
          internals = `${(host as HTMLElement).attachInternals().shadowRoot}`;
        } catch (error) {
          internals = (error as Error).name;
        }
        Object.assign(Element.prototype, { attachShadow: () => roots.push("patched") });
        host.remove();
        return { roots, internals };
      });
      assertEquals(seen, { roots: [], internals: "NotSupportedError" });
      await page.until(() => document.querySelectorAll("[data-quota-gauge]").length === 1);
    }));

  Deno.test(`FAULT 60: ${name}: under a strict policy and Trusted Types the widget shows with its styles and without violations`, () =>
    onStage(name, async (stage) => {
      const { browser, chat } = stage;
      const url = `${chat.url}/c/launch`;
      const policy = (await fetch(url)).headers.get("content-security-policy") ?? "";
      for (const rule of ["default-src 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'"]) {
        assert(policy.includes(rule), policy);
      }
      const options = await connect(stage, "acme");
      const page = await browser.newTab();
      await page.goto(url);
      await widgetIn(options, chat.url);
      await page.evaluate(() => {
        const { dataset } = document.documentElement;
        dataset.broken = "";
        document.addEventListener(
          "securitypolicyviolation",
          (event) => dataset.broken += ` ${event.violatedDirective}`,
        );
        document.querySelector("[data-quota-gauge]")!.classList.add("old");
      });
      // The listener was too late for the first widget, so a second one replaces it.
      await options.evaluate(async (origin) => {
        const { browser, chrome } = globalThis as unknown as Record<string, WebExtensionApi>;
        const tab = (await (browser ?? chrome).tabs.query({})).find(({ url }) => url?.startsWith(origin))!;
        await (browser ?? chrome).scripting.executeScript({ target: { tabId: tab.id }, files: ["widget.js"] });
      }, chat.url);
      await page.until(() => document.querySelector("[data-quota-gauge]:not(.old)") !== null);
      const { pill } = await widgetIn(options, chat.url);
      await page.clickAt(pill.x, pill.y);
      await eventually(async () => {
        const { workspace, counts } = await widgetIn(options, chat.url);
        assertEquals([workspace, counts.requests_per_day], ["acme", "0 of 10,000"]);
      });
      const { broken, width, composer } = await page.evaluate(() => ({
        broken: document.documentElement.dataset.broken,
        width: innerWidth,
        composer: document.querySelector("textarea")!.closest("form, .composer")!.getBoundingClientRect().top,
      }));
      assertEquals(broken, "");
      // Only its style sheet puts it at the end of a row, just above the composer.
      assert(pill.x > width / 2 && pill.y < composer && pill.y > composer - 40, `${pill.x}, ${pill.y}, ${composer}`);
    }));
}
