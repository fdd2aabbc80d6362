/** Walks each surface with the Tab key, in light, dark and forced colours. */
import type { Page } from "playwright";
import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
import { contrast } from "./colours.ts";
import { type Control, type Focused, focusedControl, readControls, STATES, visibleControls } from "./controls.ts";
import { Gallery, type Surface } from "./gallery.ts";

/** The thickness of a focus ring in CSS pixels, and its contrast with the colour around it. */
const RING = { width: 2, contrast: 3 };

/** Controls whose middles are this close are on one line. */
const SAME_LINE_PX = 8;

const WIDTH = 420;

const MAX_PRESSES = 60;

/** The controls that the Tab key reaches, in its order, until it leaves the surface. */
async function walk(page: Page): Promise<Focused[]> {
  await page.evaluate(() => {
    const start = Object.assign(document.createElement("span"), { tabIndex: 0 });
    document.body.prepend(start);
    start.focus();
    start.remove();
  });
  const reached: Focused[] = [];
  for (let presses = 0; presses < MAX_PRESSES; presses++) {
    await page.keyboard.press("Tab");
    const focused = await focusedControl(page);
    if (focused) reached.push(focused);
    else if (reached.length > 0) return reached; // A control of the page itself may come before ours.
  }
  throw new Error(`The Tab key does not leave the surface after ${reached.map(({ name }) => name).join(", ")}`);
}

/** Whether the second control is after the first one, read line by line. */
function follows(one: Control, other: Control): boolean {
  return other.line >= one.line - SAME_LINE_PX || other.x >= one.x + one.width;
}

async function checkWalk(page: Page, theme: string): Promise<void> {
  const expected = (await visibleControls(page)).filter(({ isTabStop }) => isTabStop);
  const reached = await walk(page);
  assertEquals(reached.map(({ name }) => name), expected.map(({ name }) => name), `${theme}: Tab reaches each control`);
  for (const [at, control] of expected.entries()) {
    const before = expected[at - 1];
    assert(!before || follows(before, control), `${theme}: ${control.name} is read before ${before?.name}`);
  }
  for (const focused of reached) checkRing(focused, theme);
}

function checkRing({ name, ring: { style, width, color, surface } }: Focused, theme: string): void {
  const what = `${theme}: the focus ring of ${name}: ${style}, ${width} px, ${color} on ${surface}`;
  assert(style !== "none" && width >= RING.width && contrast(color, surface) >= RING.contrast, what);
}

Deno.test("the Tab key walks every control in reading order, with a visible ring in every theme", async (test) => {
  const gallery = await Gallery.open();
  try {
    for (const surface of Object.keys(STATES) as Surface[]) {
      for (const state of STATES[surface]) {
        await test.step(`${surface} ${state}`, async () => {
          for (const scheme of ["light", "dark"] as const) {
            const page = await gallery.show({ surface, state, scheme, width: WIDTH, open: true });
            await readControls(page);
            await checkWalk(page, scheme);
            await page.emulateMedia({ forcedColors: "active" });
            await checkWalk(page, `forced colours, ${scheme}`);
            await page.close();
          }
        });
      }
    }
  } finally {
    await gallery.close();
  }
});

Deno.test("the widget's menu, on a page that is light while the system is dark", async () => {
  const gallery = await Gallery.open();
  try {
    const page = await gallery.show({ surface: "widget", state: "warning", scheme: "light", width: WIDTH, open: true });
    await page.emulateMedia({ colorScheme: "dark" });
    await page.locator("summary").focus();
    await page.keyboard.press("Enter");
    await readControls(page);
    await checkWalk(page, "light page, dark system");
    await page.close();
  } finally {
    await gallery.close();
  }
});

Deno.test("the popup's menu opens, walks and closes by keyboard, and gives the focus back", async () => {
  const gallery = await Gallery.open();
  try {
    for (const forcedColors of ["none", "active"] as const) {
      const page = await gallery.show({ surface: "popup", state: "warning", scheme: "light", width: 360 });
      await page.emulateMedia({ forcedColors });
      await readControls(page);
      const menu = page.locator("[popover]");
      await page.getByRole("button", { name: "More" }).focus();
      await page.keyboard.press("Enter");
      const entries = await menu.locator("button, a").allTextContents();
      for (const entry of entries) {
        await page.keyboard.press("Tab");
        const focused = (await focusedControl(page))!;
        assertStringIncludes(focused.name, entry);
        checkRing(focused, `forced colours ${forcedColors}`);
        assert(focused.height >= 24, entry);
      }
      await page.keyboard.press("Escape");
      assertEquals([await menu.isVisible(), (await focusedControl(page))?.name], [false, 'button "More"']);
      await page.close();
    }
  } finally {
    await gallery.close();
  }
});
