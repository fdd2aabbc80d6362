/** The popup's own commands, in real browsers: another workspace, other forms of the numbers, diagnostics. */
import type OpenAI from "openai";
import type { BrowserName } from "../../tools/lib/browsers.mjs";
import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
import type { Tab } from "../support/browsers.ts";
import { DEFAULT_SETTINGS } from "../../extension/state/settings.ts";
import { configure } from "../support/extension.ts";
import { eventually } from "../support/eventually.ts";
import { onStage } from "./stage.ts";
import { readPopup } from "./surfaces.ts";

const BROWSERS: BrowserName[] = ["chromium", "firefox"];

const LIMITS = { OPENAI_RATE_LIMIT_PER_MINUTE: "1000", OPENAI_RATE_LIMIT_PER_DAY: "20" };

async function call(client: OpenAI, times: number): Promise<void> {
  const messages = [{ role: "user" as const, content: "How much is left?" }];
  for (let each = 0; each < times; each++) await client.chat.completions.create({ model: "gpt-5.4", messages });
}

/** Chooses an entry of the list of workspaces, as a person does, and waits until the popup shows `workspace`. */
async function choose(popup: Tab, value: string, workspace: string): Promise<void> {
  await popup.evaluate((value) => {
    const list = document.querySelector("select")!;
    list.value = value;
    list.dispatchEvent(new Event("change", { bubbles: true }));
  }, value);
  await showing(popup, workspace);
}

function showing(popup: Tab, workspace: string): Promise<unknown> {
  return popup.until((name) => {
    const root = document.querySelector(`main.popup[data-connection="live"]`);
    return root?.querySelector("h1")?.textContent === name && root.querySelector("[data-meter]") !== null;
  }, workspace);
}

function firstShare(popup: Tab): Promise<string> {
  return popup.evaluate(() => document.querySelector(".share")?.textContent ?? "");
}

/** Clicks an entry of the menu, and waits until the footer says this. */
async function command(popup: Tab, name: string, said: string): Promise<void> {
  await popup.click("[popovertarget=menu][aria-label]");
  await popup.evaluate((name) => {
    const entry = [...document.querySelectorAll<HTMLElement>("#menu button")].find((each) => each.textContent === name);
    entry!.dataset.chosen = "";
  }, name);
  await popup.click("#menu [data-chosen]");
  await popup.evaluate(() => delete document.querySelector<HTMLElement>("[data-chosen]")!.dataset.chosen);
  await popup.until((said) => document.querySelector(".said")!.textContent === said, said);
}

for (const name of BROWSERS) {
  Deno.test(`${name}: the popup switches workspaces and remembers how its numbers are written`, () =>
    onStage(name, async ({ service, browser, viaGateway }) => {
      await call(viaGateway("acme"), 1);
      await call(viaGateway("blue"), 9);
      await configure(browser, { ...DEFAULT_SETTINGS, server_url: service.url, workspace_id: "acme" });
      const popup = await browser.openPopup();
      await popup.until(() => document.querySelector("select") !== null);
      const entries = await popup.evaluate(() =>
        [...document.querySelectorAll("option")].map((each) => each.textContent)
      );
      assertEquals(entries, ["Closest to a limit", "blue · 45 % used", "acme · 5 % used", "default · 0 % used"]);

      await choose(popup, "blue", "blue");
      await eventually(async () => assertStringIncludes((await browser.badge()).title, "blue"));
      await choose(popup, "acme", "acme");
      await choose(popup, "", "blue");
      assertEquals((await readPopup(popup)).counts.requests_per_day, "9 of 20");

      await popup.click(".share");
      await popup.until(() => document.querySelector(".share")!.textContent!.endsWith("left"));
      await popup.close();
      const again = await browser.openPopup();
      await showing(again, "blue");
      assert((await firstShare(again)).endsWith("left"));

      await command(again, "Copy diagnostics", "Diagnostics copied.");
      await command(again, "Mute notices until the limits reset", "Notices are muted until the limits reset.");
    }, LIMITS));
}
