/**
 * Converse.js, as npm has it, in a room. The page and everything in it is Converse.js; the XMPP server is the small one of
 * `xmpp_session.ts`, so that no other server is needed.
 */
import type { Browser, Page } from "playwright";
import { assert, assertEquals } from "../../support/assert.ts";
import { eventually } from "../../support/eventually.ts";
import { measure } from "../fixtures.ts";
import { serveConverse } from "./converse_server.ts";
import { adapterOf, checkWidths, mountWidget, VERSIONS } from "./real_page.ts";
import { addressOf, ROOMS, type XmppSession } from "./xmpp_session.ts";

/** Converse.js in full screen and as boxes over another page, in themes of its own, and in a language written from right to left. */
const LOOKS = [
  { name: "light", theme: "light", settings: {} },
  { name: "overlayed-dark", theme: "dark", settings: { view_mode: "overlayed", theme: "dracula" } },
  { name: "dark", theme: "dark", settings: { theme: "dracula" } },
  { name: "rtl", theme: "light", settings: { i18n: "ar" } },
] as const;

const CLEAR = { composer: ".chat-message-form", send: ".send-button", jump: ".new-msgs-indicator" };

/** Tries the widget in Converse.js. Returns what was measured. */
export async function tryConverse(browser: Browser, pictures?: string): Promise<string> {
  for (const { name, theme, settings } of LOOKS) {
    const server = serveConverse(settings);
    const page = await browser.newPage({ colorScheme: "light", viewport: { width: 1280, height: 720 } });
    try {
      await page.goto(server.url);
      await page.locator(".chat-textarea").waitFor();
      await mountWidget(page);
      assertEquals(await adapterOf(page), "composer");
      await checkWidths(page, { clear: CLEAR, theme, prepare: () => leaveUnread(page, server.session()) });
      if (pictures) await page.screenshot({ path: `${pictures}/converse-${name}.png` });
      await checkJump(page);
      if (name === "light") await checkReturn(page);
    } finally {
      await page.close();
      await server.stop();
    }
  }
  return `Converse.js ${
    VERSIONS["converse.js"]
  }: 0 px² covered at four widths in ${LOOKS.length} looks, and back after a render.`;
}

/** Scrolls up and lets messages arrive, until Converse.js offers to jump to them. */
async function leaveUnread(page: Page, session: XmppSession): Promise<void> {
  await eventually(async () => {
    session.say("A message that is not read yet");
    await page.evaluate(() => void (document.querySelector(".chat-content__messages")!.scrollTop = -200));
    assert(await page.locator(CLEAR.jump).isVisible());
  });
}

/** The jump bar can be clicked while the panel is open. */
async function checkJump(page: Page): Promise<void> {
  await page.locator(".pill").click();
  await page.locator(CLEAR.jump).click();
  await page.locator(CLEAR.jump).waitFor({ state: "detached" });
  const { mode, panel } = await measure(page);
  assertEquals([mode, panel], ["row", null], "the click has folded the panel, and the pill is in its row");
}

/** Converse.js renders the composer again when the reader comes back from another room. */
async function checkReturn(page: Page): Promise<void> {
  for (const room of [...ROOMS].reverse()) {
    await page.evaluate((address) => void (location.hash = `#converse/room?jid=${address}`), addressOf(room));
    await page.locator(".chat-head").getByText(room, { exact: true }).waitFor();
    await page.locator(".chat-textarea:visible").waitFor();
    const { mode, panel } = await measure(page);
    assertEquals([mode, panel], ["row", null], `the folded pill is back in its row in ${room}`);
  }
}
