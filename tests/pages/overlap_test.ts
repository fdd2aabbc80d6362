/** The widget in the composers of chat applications, at their real sizes: it covers nothing that a person needs to write. */
import type { Page } from "playwright";
import { assert, assertEquals } from "../support/assert.ts";
import type { FixturePage } from "./page.ts";
import { Fixtures, HOSTS, type Look, measure, write } from "./fixtures.ts";

const WIDTHS = [360, 768, 1280, 1440];
const CLEAR = { jump: 0, composer: 0, send: 0 };

/** The adapter that knows each page. */
const ADAPTERS: Record<Look["host"], string> = {
  open_webui: "Open WebUI",
  libre_chat: "LibreChat",
  mattermost: "Mattermost",
  rocket_chat: "Rocket.Chat",
  zulip: "Zulip",
  element: "Element",
  the_lounge: "The Lounge",
  anything_llm: "AnythingLLM",
  lobe_hub: "LobeHub",
  chat_gpt: "ChatGPT",
  hf_chat_ui: "HF chat-ui",
  converse: "composer",
  unknown: "composer",
  no_flow: "composer",
};

/** The pages whose composer leaves no room for a row of the widget's own. */
const FLOATING: Look["host"][] = ["no_flow"];

async function check(page: Page, what: string, isOpen: boolean): Promise<void> {
  const { covered, inWindow, panel } = await measure(page);
  assertEquals(covered, CLEAR, what);
  assert(inWindow, `${what}: the widget leaves the window`);
  assertEquals(panel !== null, isOpen, `${what}: the panel`);
}

async function checkDrafts(page: Page, look: Look): Promise<void> {
  const at = `${look.host}, ${look.width} px, ${look.theme}, ${look.direction}`;
  for (const lines of [1, 10]) {
    await write(page, lines);
    await check(page, `${at}, ${lines} lines`, false);
    await page.locator(".pill").click();
    await check(page, `${at}, ${lines} lines, open`, true);
    await page.locator(".pill").click();
  }
  const adapter = await page.evaluate(() => (globalThis as unknown as FixturePage).quotaGauge.adapter());
  assertEquals(adapter, ADAPTERS[look.host], at);
  const { mode, theme } = await measure(page);
  assertEquals([mode, theme], [FLOATING.includes(look.host) ? "floating" : "row", look.theme], at);
}

Deno.test("pill and panel cover 0 px² of text area, send and jump buttons, in the page's own theme", async (t) => {
  const fixtures = await Fixtures.open();
  try {
    for (const host of HOSTS) {
      await t.step(host, async () => {
        for (const [at, width] of WIDTHS.entries()) {
          const direction = at % 2 === 0 ? "ltr" : "rtl";
          const theme = at < 2 ? "light" : "dark";
          const look: Look = { host, width, direction, theme, state: at === 0 ? "rate_limited" : "warning" };
          const page = await fixtures.show(look);
          await checkDrafts(page, look);
          await page.close();
        }
      });
    }
  } finally {
    await fixtures.close();
  }
});

Deno.test("in a corner too, the pill covers no control of the page", async (t) => {
  const fixtures = await Fixtures.open();
  try {
    for (const host of ["element", "zulip", "no_flow"] as const) {
      for (const spot of ["top-left", "top-right", "bottom-left", "bottom-right"] as const) {
        await t.step(`${host}, ${spot}`, async () => {
          const page = await fixtures.show({ host, width: 768, lines: 10, site: { spot } });
          const { covered, inWindow, mode } = await measure(page);
          assertEquals([covered, inWindow, mode], [CLEAR, true, "floating"]);
          await page.close();
        });
      }
    }
  } finally {
    await fixtures.close();
  }
});

/** Jump buttons as applications write them, without the markup of a button. */
const JUMPS: [attributes: Record<string, string>, cursor: string][] = [
  [{ class: "new-msgs-indicator" }, "pointer"],
  [{ class: "NewMessages_bar" }, "pointer"],
  [{ class: "unread-messages" }, "pointer"],
  [{ class: "chat-scroll-down" }, "pointer"],
  [{ class: "bar", title: "Jump to the latest message" }, "pointer"],
  [{ class: "bar", "aria-label": "Scroll to bottom", tabindex: "0" }, "auto"],
];

Deno.test("the panel covers no jump button that is a plain element", async (t) => {
  const fixtures = await Fixtures.open();
  try {
    for (const [attributes, cursor] of JUMPS) {
      await t.step(JSON.stringify(attributes), async () => {
        const page = await fixtures.show({ host: "converse", width: 768 });
        await page.locator(".pill").click();
        await replaceJump(page, attributes, cursor);
        await check(page, "a jump button that appears above the open panel", true);
        await page.close();
      });
    }
  } finally {
    await fixtures.close();
  }
});

/** Replaces the jump button by another element of its size. */
function replaceJump(page: Page, attributes: Record<string, string>, cursor: string): Promise<void> {
  return page.evaluate(({ attributes, cursor }) => {
    const old = document.querySelector<HTMLElement>(".new-msgs-indicator")!;
    const bar = document.createElement("div");
    for (const [name, value] of Object.entries(attributes)) bar.setAttribute(name, value);
    bar.dataset.clear = "jump";
    bar.style.cssText = `flex: none; height: 24px; cursor: ${cursor}`;
    old.replaceWith(bar);
  }, { attributes, cursor });
}
