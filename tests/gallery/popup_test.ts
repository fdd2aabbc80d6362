/** The popup's size and its use by keyboard, in a real browser. */
import { assert, assertEquals } from "../support/assert.ts";
import { Gallery } from "./gallery.ts";
import { POPUP_STATES } from "./popup_states.ts";

/** Browsers scroll a popup that is higher. */
const MAX_HEIGHT = 600;

const CALM = ["live_normal", "live_idle", "polling", "used_elsewhere", "workspaces", "many_models", "no_limits"];

async function withGallery(test: (gallery: Gallery) => Promise<void>): Promise<void> {
  const gallery = await Gallery.open();
  try {
    await test(gallery);
  } finally {
    await gallery.close();
  }
}

Deno.test("no popup scrolls sideways, and one whose status is normal does not scroll at all", () =>
  withGallery(async (gallery) => {
    for (const state of Object.keys(POPUP_STATES)) {
      const page = await gallery.show({ surface: "popup", state, scheme: "light", width: 360, height: 100 });
      const { scrollWidth, scrollHeight } = await page.evaluate(() => {
        const { scrollWidth, scrollHeight } = document.documentElement;
        return { scrollWidth, scrollHeight };
      });
      assertEquals(scrollWidth, 360, state);
      if (CALM.includes(state)) assert(scrollHeight <= MAX_HEIGHT, `${state} is ${scrollHeight} px high`);
      await page.close();
    }
  }));

Deno.test("every command is reached by keyboard, and the menu gives the focus back", () =>
  withGallery(async (gallery) => {
    const page = await gallery.show({
      surface: "popup",
      state: "workspaces",
      scheme: "light",
      width: 360,
      height: 430,
    });
    const focused = () =>
      page.evaluate(() => {
        const { activeElement: element } = document;
        return element?.getAttribute("aria-label") ?? element?.textContent ?? "";
      });
    const tab = async () => (await page.keyboard.press("Tab"), await focused());
    assertEquals([await tab(), await tab(), await tab()], ["Workspace", "Refresh", "More"]);
    await page.keyboard.press("Enter");
    const entries = [await tab(), await tab(), await tab(), await tab(), await tab()];
    assertEquals(entries, [
      "Show what is left",
      "Show times of day",
      "Mute notices until the limits reset",
      "Copy diagnostics",
      "OpenAI's limits page",
    ]);
    await page.keyboard.press("Escape");
    assertEquals([await focused(), await tab()], ["More", "Options"]);
  }));

Deno.test("models unfold by keyboard, and so do those behind the button", () =>
  withGallery(async (gallery) => {
    const page = await gallery.show({ surface: "popup", state: "many_models", scheme: "light", width: 360 });
    const visible = (selector: string) => page.locator(selector).filter({ visible: true }).count();
    assertEquals([await visible(".model > summary"), await visible(".model .meter")], [3, 0]);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assertEquals(await visible(".model .meter"), 3);
    await page.locator(".others > summary").focus();
    await page.keyboard.press("Enter");
    assertEquals(await visible(".model > summary"), 20);
    assertEquals(await page.locator(".others > summary").innerText(), "Show fewer");
  }));
