/** The widget on a page that is not ours: keyboard, size, updates, and isolation of styles. */
import type { Page } from "playwright";
import { assert, assertEquals } from "../support/assert.ts";
import { AT } from "./fixtures.ts";
import { Gallery, type Shot } from "./gallery.ts";

const SHOT: Shot = { surface: "widget", state: "warning", scheme: "light", width: 320, height: 568 };

async function onWidget(shot: Shot, act: (page: Page) => Promise<void>): Promise<void> {
  const gallery = await Gallery.open();
  try {
    await act(await gallery.show(shot));
  } finally {
    await gallery.close();
  }
}

Deno.test("the widget opens and folds by keyboard, and the page receives none of its keys", () =>
  onWidget(SHOT, async (page) => {
    await page.evaluate(() => {
      for (const kind of ["keydown", "keypress", "keyup"]) {
        document.addEventListener(kind, () => document.body.id = "hit");
      }
    });
    const pill = page.locator(".pill");
    await pill.focus();
    await page.keyboard.press("Enter");
    assertEquals(await pill.getAttribute("aria-expanded"), "true");
    await page.getByRole("button", { name: "Options" }).focus();
    await page.keyboard.press("Escape");
    assertEquals(await pill.getAttribute("aria-expanded"), "false");
    assert(await pill.evaluate((button: Element) => (button.getRootNode() as ShadowRoot).activeElement === button));
    assertEquals(await page.evaluate(() => document.body.id), "");
  }));

/** The interface of the gallery's page for its tests. */
interface GalleryPage {
  showState(state: string): void;
}

Deno.test("the widget follows newer views, folded and unfolded", () =>
  onWidget(SHOT, async (page) => {
    const showState = (state: string) =>
      page.evaluate((state) => (globalThis as unknown as GalleryPage).showState(state), state);
    const pill = page.locator(".pill");
    assertEquals(await pill.innerText(), "92 %\nused");
    await showState("live_normal");
    assertEquals(await pill.innerText(), "41 %\nused");
    assertEquals(await page.locator("[data-quota-gauge] [role=status]").innerText(), "Normal");
    await pill.click();
    await showState("offline_empty");
    assertEquals(await page.locator(".panel").getAttribute("data-connection"), "offline");
    assertEquals(await page.locator(".panel [data-meter]").count(), 0);
    await pill.click();
    assertEquals(await page.locator(".panel").count(), 0);
  }));

Deno.test("the folded pill counts down each second and ends its timer with the countdown", () =>
  onWidget({ ...SHOT, state: "rate_limited", paused: true }, async (page) => {
    const pass = async (seconds: number) => {
      await page.evaluate((at) => void (Date.now = () => at), AT + seconds * 1000);
      await page.clock.runFor(1000);
    };
    const pill = page.locator(".pill");
    assertEquals(await pill.innerText(), "Full\nopens in 12 s");
    await pass(1);
    assertEquals(await pill.innerText(), "Full\nopens in 11 s");
    await pass(13);
    assertEquals(await pill.innerText(), "Full\nopens now");
    await page.evaluate(() => Object.assign(globalThis, { setTimeout: () => document.title = "timer" }) && null);
    await page.clock.runFor(5000);
    assertEquals(await page.title(), "Quota Gauge gallery");
  }));

Deno.test("the widget fits a narrow window above the composer, with targets of at least 24 px", () =>
  onWidget({ ...SHOT, open: true, state: "large" }, async (page) => {
    const composer = (await page.locator("textarea").boundingBox())!;
    for (const selector of [".pill", ".place"]) {
      const { x, y, width, height } = (await page.locator(selector).boundingBox())!;
      assert(x >= 0 && y >= 0 && x + width <= 320 && y + height <= composer.y, selector);
    }
    for (const button of await page.locator("[data-quota-gauge] button").all()) {
      const { width, height } = (await button.boundingBox())!;
      assert(width >= 24 && height >= 24);
    }
    assertEquals(await page.evaluate(() => document.documentElement.scrollWidth), 320);
  }));

Deno.test("the page's styles do not affect the widget or its position", () =>
  onWidget(SHOT, async (page) => {
    const style = () =>
      page.locator(".pill").evaluate((pill: Element) => {
        const computed = getComputedStyle(pill);
        return Array.from(computed).map((name) => `${name}: ${computed.getPropertyValue(name)}`);
      });
    const box = () => page.locator(".pill").boundingBox();
    const before = [await style(), await box()];
    await page.addStyleTag({
      content: `* { color: red; font-size: 40px; letter-spacing: 9px } button { all: unset }
        div { display: none; position: static; opacity: 0; font-size: 40px; transform: scale(3) }`,
    });
    assertEquals([await style(), await box()], before);
  }));
