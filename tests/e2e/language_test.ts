/** The language of the settings reaches every surface, without a reload, also while the background is stopped. */
import type { BrowserName } from "../../tools/lib/browsers.mjs";
import { assertEquals, assertStringIncludes } from "../support/assert.ts";
import type { Tab } from "../support/browsers.ts";
import { eventually } from "../support/eventually.ts";
import { connect, onStage } from "./stage.ts";
import { readPopup, readWidget } from "./surfaces.ts";

const BROWSERS: BrowserName[] = ["chromium", "firefox"];

/** Chooses in the list of languages, as its menu would. */
async function choose(options: Tab, language: string): Promise<void> {
  await options.evaluate((language) => {
    const list = document.querySelector<HTMLSelectElement>("#language")!;
    list.focus();
    list.value = language;
    list.dispatchEvent(new Event("change", { bubbles: true }));
  }, language);
  await eventually(async () => assertEquals(await options.evaluate(() => document.documentElement.lang), language));
}

for (const name of BROWSERS) {
  Deno.test(`${name}: a chosen language reaches settings, popup, badge and widget`, () =>
    onStage(name, async (stage) => {
      const { browser, chat } = stage;
      const options = await connect(stage, "acme");
      const popup = await browser.openPopup();
      const url = `${chat.url}/c/launch`;
      await (await browser.newTab()).goto(url);
      const pill = () => readWidget(popup, url).then((widget) => widget?.pill.text ?? "");
      await stage.viaGateway("acme").models.list().catch(() => {});

      await choose(options, "de");
      const heading = () => options.evaluate(() => document.querySelector("h1")?.textContent);
      assertEquals(await heading(), "Einstellungen");
      assertEquals(await options.evaluate(() => document.activeElement?.id), "language");
      await eventually(async () => assertStringIncludes((await readPopup(popup)).text, "verbraucht"));
      await eventually(async () => assertStringIncludes(await pill(), "verbraucht"));
      await eventually(async () => assertStringIncludes((await browser.badge()).title, "verbraucht"));

      if (name === "chromium") await browser.killBackground(); // Firefox has no command for it.
      await choose(options, "ar");
      assertEquals(await options.evaluate(() => document.documentElement.dir), "rtl");
      await eventually(async () => assertStringIncludes(await pill(), "مستخدم"));
      await choose(options, "en");
      assertEquals(await heading(), "Settings");
    }));
}
