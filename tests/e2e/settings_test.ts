/** The settings page in real browsers: its choices take effect, and a file carries them to another browser. */
import type { BrowserName } from "../../tools/lib/browsers.mjs";
import { assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";
import type { Tab } from "../support/browsers.ts";
import { eventually } from "../support/eventually.ts";
import { connect, onStage } from "./stage.ts";
import { readPopup } from "./surfaces.ts";

const BROWSERS: BrowserName[] = ["chromium", "firefox"];

/** Chooses a file on the settings page, as its dialog would. */
function chooseFile(options: Tab, content: object | string): Promise<void> {
  return options.evaluate((text) => {
    const input = document.querySelector<HTMLInputElement>("input[type=file]")!;
    const data = new DataTransfer();
    data.items.add(new File([text], "mine.json"));
    input.files = data.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }, typeof content === "string" ? content : JSON.stringify(content));
}

function textOf(options: Tab, selector: string): Promise<string> {
  return options.evaluate((selector) => document.querySelector(selector)?.textContent ?? "", selector);
}

for (const name of BROWSERS) {
  Deno.test(`${name}: theme, badge and live updates take effect as they are changed, and are kept`, () =>
    onStage(name, async (stage) => {
      const { browser } = stage;
      const options = await connect(stage, "acme");
      const popup = await browser.openPopup();
      await stage.viaGateway("acme").models.list().catch(() => {});
      await options.click("input[name=theme][value=dark]");
      assertEquals(await options.evaluate(() => getComputedStyle(document.body).colorScheme), "dark");
      await options.click("input[name=badge_when_normal][value=blank]");
      await eventually(async () => assertEquals((await browser.badge()).text, ""));
      await options.click("#live_updates");
      await eventually(async () => assertEquals((await readPopup(popup)).connection, "polling"));
      await options.click("#live_updates");
      await eventually(async () => assertEquals((await readPopup(popup)).connection, "live"));

      const again = await browser.openOptions();
      const kept = await again.until(() => {
        const checked = document.querySelectorAll<HTMLInputElement>("input[type=radio]:checked");
        return checked.length > 0 && Array.from(checked, ({ value }) => value);
      });
      assertEquals(kept, ["dark", "used", "relative", "blank", "15"]);
    }));

  Deno.test(`${name}: a settings file is checked in words, and applied after a click`, () =>
    onStage(name, async (stage) => {
      const { service } = stage;
      const options = await connect(stage, "acme");
      await chooseFile(options, { quota_gauge_settings: 1, theme: "blue", key: "qg_read_x" });
      await options.until(() => document.querySelectorAll(".imported .fault").length === 2);
      // The comma is that of the browser's region.
      assertMatch(await textOf(options, ".imported"), /it must be system, light,? or dark/);

      const content = {
        quota_gauge_settings: 1,
        server_url: `${service.url}/w/blue/v1`,
        theme: "dark",
        thresholds: [50, 80],
      };
      await chooseFile(options, content);
      await options.until(() => document.querySelector(".imported + .buttons .primary") !== null);
      assertStringIncludes(await textOf(options, ".imported"), "mine.json sets 4 settings");
      await options.click(".imported + .buttons .primary");
      await options.until(() => document.querySelector(".connection")?.textContent === "Connected to blue: live");
      // The page is loaded again with what was imported.
      await options.until(() => document.querySelector<HTMLInputElement>("#thresholds")?.value === "50, 80");
      assertEquals(await options.evaluate(() => document.documentElement.dataset.theme), "dark");
    }));
}
