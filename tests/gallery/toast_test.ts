/** The toast on a page that is not ours: time, keys, focus, place, and what screen readers hear. */
import type { Page } from "playwright";
import { assert, assertEquals } from "../support/assert.ts";
import { eventually } from "../support/eventually.ts";
import { Gallery, type Shot, TOAST_STATES } from "./gallery.ts";

const SHOT: Shot = { surface: "widget", state: "warning", scheme: "light", width: 420, height: 640, toast: true };

async function onToast(shot: Shot, act: (page: Page) => Promise<void>): Promise<void> {
  const gallery = await Gallery.open();
  try {
    await act(await gallery.show(shot));
  } finally {
    await gallery.close();
  }
}

/** The interface of the gallery's page for its tests. */
interface GalleryPage {
  notify(notice: object): boolean;
}

/** Gives the widget a notice; returns whether the reader sees it. */
function notify(page: Page): Promise<boolean> {
  const notice = {
    id: "acme tokens_per_day",
    state: "rate_limited",
    headline: "Full",
    detail: "",
    link: null,
    mute: null,
  };
  return page.evaluate((notice) => (globalThis as unknown as GalleryPage).notify(notice), notice);
}

Deno.test("a toast is a named group beside the one live region, takes no focus, and goes by itself", () =>
  onToast({ ...SHOT, paused: true }, async (page) => {
    const toast = page.getByRole("group", { name: "92 % of requests a minute used" });
    assert((await toast.innerText()).includes("41 left, frees up within a minute"));
    const regions = page.locator("[data-quota-gauge]").locator("[aria-live], [role=status], [role=alert]");
    assertEquals(await regions.count(), 1);
    assertEquals(await page.evaluate(() => document.activeElement === document.body), true);
    await page.clock.runFor(11_900);
    assert(await page.locator(".toast").isVisible());
    await page.clock.runFor(200);
    assertEquals([await page.locator(".toast").isVisible(), await page.locator(".toast").textContent()], [false, ""]);
  }));

Deno.test("the toast's own words are in the reader's language", () =>
  onToast({ ...SHOT, language: "de" }, async (page) => {
    const toast = page.locator(".toast");
    assertEquals(await toast.evaluate((toast) => ["lang", "dir"].map((name) => toast.getAttribute(name))), [
      "de",
      "ltr",
    ]);
    assertEquals(await toast.getByRole("button", { name: "Kontingent zeigen" }).count(), 1);
    assertEquals(await toast.getByRole("button", { name: "Schließen" }).count(), 1);
  }));

Deno.test("a toast stays while the pointer or the focus is in it", () =>
  onToast({ ...SHOT, paused: true }, async (page) => {
    // The paused clock holds up frames as well: without some, the toast would take its last place below the pointer.
    await page.clock.runFor(200);
    await page.locator(".toast .headline").hover();
    await page.clock.runFor(60_000);
    await page.mouse.move(1, 1);
    await page.clock.runFor(11_900);
    await page.getByRole("button", { name: "Show quota" }).focus();
    await page.clock.runFor(60_000);
    assert(await page.locator(".toast").isVisible());
  }));

Deno.test("Escape dismisses a toast from the page, which gets the key too, and from the toast, whose focus goes to the pill", () =>
  onToast(SHOT, async (page) => {
    await page.evaluate(() => document.addEventListener("keydown", ({ key }) => document.title = key));
    await page.locator("textarea").focus();
    await page.keyboard.press("Escape");
    assertEquals([await page.locator(".toast").isVisible(), await page.title()], [false, "Escape"]);
    assert(await notify(page));
    await page.getByRole("button", { name: "Dismiss" }).focus();
    await page.keyboard.press("Escape");
    assertEquals(await page.locator(".toast").isVisible(), false);
    const isFocused = (pill: Element) => (pill.getRootNode() as ShadowRoot).activeElement === pill;
    assert(await page.locator(".pill").evaluate(isFocused));
  }));

Deno.test("a newer notice replaces the toast; an open panel shows the same, so no toast comes", () =>
  onToast(SHOT, async (page) => {
    assert(await notify(page));
    assertEquals(await page.locator(".toast .headline").allInnerTexts(), ["Full"]);
    await page.getByRole("button", { name: "Show quota" }).click();
    await page.locator(".panel").waitFor();
    assertEquals(await page.locator(".toast").isVisible(), false);
    assert(await notify(page));
    assertEquals(await page.locator(".toast").isVisible(), false);
  }));

Deno.test("the toast's button mutes notices", () =>
  onToast(SHOT, async (page) => {
    await page.getByRole("button", { name: /^Mute until/ }).click();
    assertEquals([await page.title(), await page.locator(".toast").isVisible()], ["muted", false]);
  }));

/** The toast follows its page in the next frame. */
async function assertFits(page: Page, width: number): Promise<void> {
  const toast = (await page.locator(".toast").boundingBox())!;
  assert(toast.x >= 0 && toast.y >= 0 && toast.x + toast.width <= width, "in the window");
  for (const selector of ["textarea", ".pill"]) {
    const { x, y, width, height } = (await page.locator(selector).boundingBox())!;
    const isBeside = toast.x + toast.width <= x || x + width <= toast.x;
    assert(isBeside || toast.y + toast.height <= y || y + height <= toast.y, selector);
  }
  for (const button of await page.locator(".toast button").all()) {
    const box = (await button.boundingBox())!;
    assert(box.width >= 24 && box.height >= 24, "targets");
  }
  assertEquals(await page.evaluate(() => document.documentElement.scrollWidth), width);
}

Deno.test("the toast of each kind fits every window and covers neither composer nor pill", async (t) => {
  const gallery = await Gallery.open();
  try {
    for (const state of TOAST_STATES) {
      for (const [width, height] of [[1280, 800], [420, 640], [320, 568]]) {
        await t.step(`${state} at ${width} px`, async () => {
          const page = await gallery.show({ ...SHOT, state, width, height });
          await eventually(() => assertFits(page, width));
          await page.close();
        });
      }
    }
  } finally {
    await gallery.close();
  }
});
