/** Motion: short where it is allowed, none where the user wants none. */
import type { Page } from "playwright";
import { assertEquals } from "../support/assert.ts";
import { Gallery, type Shot } from "./gallery.ts";

/** The longest transition in milliseconds. */
const LONGEST_MS = 200;

const SHOTS: Pick<Shot, "surface" | "state" | "width">[] = [
  { surface: "popup", state: "warning", width: 360 },
  { surface: "popup", state: "connecting", width: 360 },
  { surface: "widget", state: "warning", width: 420 },
  { surface: "widget", state: "connecting", width: 420 },
  { surface: "options", state: "live_normal", width: 1280 },
];

/** Elements whose style moves for longer than the limit, or repeats. */
function movingFor(page: Page, longest_ms: number): Promise<string[]> {
  return page.evaluate((longest_ms) => {
    const roots = [document, ...Array.from(document.querySelectorAll("*"), ({ shadowRoot }) => shadowRoot)];
    const elements = roots.flatMap((root) => root ? Array.from(root.querySelectorAll("*")) : []);
    const ms = (text: string) =>
      Math.max(...text.split(", ").map((part) => parseFloat(part) * (/[^m]s$/.test(part) ? 1000 : 1)));
    const styles = elements.flatMap((element) =>
      [null, "::before", "::after"].map((part) => ({ element, style: getComputedStyle(element, part) }))
    );
    return styles.filter(({ style }) =>
      ms(style.transitionDuration) + ms(style.transitionDelay) > longest_ms || style.animationName !== "none"
    ).map(({ element }) => `${element.tagName}.${element.getAttribute("class")}`);
  }, longest_ms);
}

Deno.test("nothing blinks or pulses, and prefers-reduced-motion stops every transition", async (test) => {
  const gallery = await Gallery.open();
  try {
    for (const shot of SHOTS) {
      await test.step(`${shot.surface} ${shot.state}`, async () => {
        const page = await gallery.show({ ...shot, scheme: "light", open: true });
        await page.emulateMedia({ reducedMotion: "no-preference" });
        assertEquals(await movingFor(page, LONGEST_MS), []);
        await page.emulateMedia({ reducedMotion: "reduce" });
        assertEquals(await movingFor(page, 0), []);
        await page.close();
      });
    }
  } finally {
    await gallery.close();
  }
});
