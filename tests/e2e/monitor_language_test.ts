/** The packed element and hook in the language of their page, in real Chromium and Firefox. */
import axe from "axe-core";
import type { Page } from "playwright";
import { assertEquals, assertMatch } from "../support/assert.ts";
import { launchBrowser } from "../support/browsers.ts";
import { liveIn, onMonitorStage } from "./monitor_stage.ts";

const SCRIPT = '<script src="/element.js"></script>';

interface Shown {
  lang: string;
  dir: string;
  text: string;
}

/** What the element shows once it has a connection and the language. Runs in the page. */
function shownIn([language, connection]: [language: string, connection: string]): Shown | null {
  const inner = (root: ParentNode): Element | null =>
    root.querySelector("quota-gauge") ?? [...root.querySelectorAll("*")].map(({ shadowRoot }) => shadowRoot)
      .filter((root) => root !== null).map(inner)[0] ??
      null;
  const section = inner(document)?.shadowRoot?.querySelector("section");
  const panel = section?.querySelector<HTMLElement>("#panel");
  if (section?.lang !== language || panel?.dataset.connection !== connection) return null;
  return { lang: section.lang, dir: getComputedStyle(panel).direction, text: section.innerText };
}

async function shown(page: Page, language: string, connection = "live"): Promise<Shown> {
  const handle = await page.waitForFunction(shownIn, [language, connection] as [string, string]);
  return (await handle.jsonValue())!;
}

/** The files of words that the page has asked for. */
function wordsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const paths = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
    return paths.filter((path) => path.startsWith("/words/"));
  });
}

const setLang = (page: Page, selector: string, lang: string) =>
  page.evaluate(([selector, lang]) => document.querySelector(selector)!.setAttribute("lang", lang), [selector, lang]);

Deno.test("the monitor in the language of its page", (test) =>
  onMonitorStage(async ({ service, keys, open, address, languageExample, otherOrigin, call }) => {
    await call();
    const element = (attributes = "") =>
      `<quota-gauge service="${service.url}" workspace="acme" key="${keys.read}" ${attributes}></quota-gauge>`;

    await test.step("German by the nearest lang attribute, under a strict policy, with one file", async () => {
      const page = await open(`<main lang="ar">${SCRIPT}<div lang="de">${element()}</div></main>`);
      const { dir, text } = await shown(page, "de");
      assertEquals([dir, await wordsOf(page), (await liveIn(page)).violations], ["ltr", ["/words/de.js"], []]);
      assertMatch(text, /1 von 500 · 499 übrig/);
      assertMatch(text, /% verbraucht: Anfragen pro Minute/);
      await page.close();
    });

    await test.step("the page of the docs shows an element in German and one in Arabic", async () => {
      const page = await open(`${SCRIPT}${languageExample}`);
      await page.waitForFunction(() => {
        const sections = [...document.querySelectorAll("quota-gauge")].map(({ shadowRoot }) =>
          shadowRoot!.querySelector("section")!
        );
        const isLive = sections.every((section) => section.querySelector('[data-connection="live"]'));
        return isLive && sections.map(({ lang, dir }) => `${lang} ${dir}`).join() === "de ltr,ar rtl";
      });
      await page.close();
    });

    await test.step("Arabic by its own lang attribute, from right to left, without a fault of axe", async () => {
      const page = await open(`<main lang="de"><h1>Team</h1>${SCRIPT}${element('lang="ar"')}</main>`);
      const { dir, text } = await shown(page, "ar");
      assertEquals([dir, /\p{Script=Arabic}/u.test(text), / of | left/.test(text)], ["rtl", true, false]);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
      assertEquals(violations.map(({ id }) => id).filter((id) => id !== "html-has-lang"), []);
      await page.close();
    });

    await test.step("a change of its lang, or of the page's, is followed without a new connection", async () => {
      const page = await open(`<main lang="fr">${SCRIPT}${element()}</main>`);
      await shown(page, "fr");
      await setLang(page, "quota-gauge", "zh-Hans");
      await shown(page, "zh");
      await page.evaluate(() => document.querySelector("quota-gauge")!.removeAttribute("lang"));
      await shown(page, "fr");
      await setLang(page, "main", "en");
      await shown(page, "en");
      assertEquals((await liveIn(page)).opened, 1);
      await page.close();
    });

    await test.step("the language of a page is found across shadow roots", async () => {
      const page = await open(`<main lang="ja"><div id="host"></div></main>${SCRIPT}`);
      await page.evaluate((attributes) => {
        const inner = document.createElement("quota-gauge");
        for (const [name, value] of Object.entries(attributes)) inner.setAttribute(name, value);
        document.querySelector("#host")!.attachShadow({ mode: "open" }).append(inner);
      }, { service: service.url, workspace: "acme", key: keys.read });
      await shown(page, "ja");
      await page.close();
    });

    await test.step("without a language, or in one without a translation, the browser's", async () => {
      for (const attributes of ["", 'lang=""', 'lang="pt-BR"']) {
        const page = await open(`${SCRIPT}${element(attributes)}`, { locale: "es-MX" });
        await shown(page, "es");
        await page.close();
      }
    });

    await test.step("English loads no file", async () => {
      const page = await open(`${SCRIPT}${element('lang="en-GB"')}`);
      await shown(page, "en");
      assertEquals(await wordsOf(page), []);
      await page.close();
    });

    await test.step("English shows while the file loads, and stays where it is missing", async () => {
      const page = await open(`${SCRIPT}${element('lang="de"')}`);
      const errors: Error[] = [];
      page.on("pageerror", (error) => errors.push(error));
      await shown(page, "de");
      const arrival = Promise.withResolvers<void>();
      await page.route("**/words/fr.js", async (route) => {
        await arrival.promise;
        await route.continue();
      });
      await setLang(page, "quota-gauge", "fr");
      assertMatch((await shown(page, "en")).text, /1 of 500 · 499 left/);
      arrival.resolve();
      await shown(page, "fr");
      const refused = page.waitForEvent("requestfailed");
      await page.route("**/words/ar.js", (route) => route.abort());
      await setLang(page, "quota-gauge", "ar");
      await refused;
      const { dir, text } = await shown(page, "en");
      assertMatch(text, /1 of 500 · 499 left/);
      assertEquals([dir, errors], ["ltr", []]);
      await page.close();
    });

    await test.step("a problem is told again in a language that comes later", async () => {
      const page = await open(`${SCRIPT}${element('lang="en"')}`, { allowed: false });
      assertMatch((await shown(page, "en", "offline")).text, /does not list this page's origin/);
      await setLang(page, "quota-gauge", "de");
      await page.waitForFunction(() =>
        /QUOTA_ALLOWED_ORIGINS nennt den Ursprung dieser Seite nicht/.test(
          document.querySelector("quota-gauge")!.shadowRoot!.querySelector("section")!.innerText,
        )
      );
      await page.close();
    });

    await test.step("two elements of one page tell their problems in their own languages", async () => {
      const page = await open(`${SCRIPT}${element('lang="de"')}${element('lang="es"')}`, { allowed: false });
      await page.waitForFunction(() => {
        const texts = [...document.querySelectorAll("quota-gauge")]
          .map(({ shadowRoot }) => shadowRoot!.querySelector("section")!.innerText);
        return /Ursprung dieser Seite/.test(texts[0]) && /origen de esta página/.test(texts[1]);
      });
      await page.close();
    });

    await test.step("from another origin with CORS, the words come from next to the script", async () => {
      const script = `<script crossorigin src="${otherOrigin}/element.js"></script>`;
      const page = await open(`${script}${element('lang="fr"')}`, { scripts: otherOrigin });
      await shown(page, "fr");
      assertEquals((await liveIn(page)).violations, []);
      await page.close();
    });

    await test.step("the hook's sentence is in the language of the browser", async () => {
      const page = await open('<div id="app"></div><script src="/react.js"></script>', {
        allowed: false,
        locale: "de-AT",
      });
      await page.waitForFunction(() => /Ursprung dieser Seite nicht/.test(document.querySelector("#app")!.textContent));
      await page.close();
    });

    await test.step("German and Arabic in Firefox", async () => {
      await using cleanup = new AsyncDisposableStack();
      const firefox = await launchBrowser("firefox");
      cleanup.defer(() => firefox.close());
      const tab = await firefox.newTab();
      for (
        const [language, dir, pattern] of [["de", "ltr", /1 von 500/], ["ar", "rtl", /\p{Script=Arabic}/u]] as const
      ) {
        await tab.goto(address(`<main lang="${language}">${SCRIPT}${element()}</main>`));
        const found = await tab.until(shownIn, [language, "live"] as [string, string]);
        assertEquals(found?.dir, dir);
        assertMatch(found?.text ?? "", pattern);
      }
    });
  }));
