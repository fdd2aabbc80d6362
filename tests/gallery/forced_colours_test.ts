/** Forced colours: text is readable, every button has an edge, and the primary one stands out. */
import axe from "axe-core";
import type { Page } from "playwright";
import { assert, assertEquals } from "../support/assert.ts";
import { contrast } from "./colours.ts";
import { STATES } from "./controls.ts";
import { Gallery, type Surface } from "./gallery.ts";

/** Of an edge, and of the primary button with what is behind it. */
const LEAST_CONTRAST = 3;

interface Button {
  name: string;
  isPrimary: boolean;
  edge: string;
  edge_px: number;
  fill: string;
}

/** Elements whose text has too little contrast. */
async function unreadable(page: Page): Promise<string[]> {
  if (!await page.evaluate(() => "axe" in globalThis)) await page.addScriptTag({ content: axe.source });
  const { violations } = await page.evaluate(() => {
    // The widget's page is not ours.
    const ours = document.querySelector("quota-gauge, [data-quota-gauge]") ?? document;
    return (globalThis as unknown as { axe: typeof axe }).axe.run(ours, { runOnly: ["color-contrast"] });
  });
  return violations.flatMap(({ nodes }) => nodes.map(({ target }) => target.join(" ")));
}

/** The page's background colour, and its buttons as they are drawn. */
function buttonsOf(page: Page): Promise<{ canvas: string; buttons: Button[] }> {
  return page.evaluate(() => {
    const probe = Object.assign(document.createElement("div"), { style: "background: Canvas" });
    document.body.append(probe);
    const canvas = getComputedStyle(probe).backgroundColor;
    probe.remove();
    const roots = Array.from(document.querySelectorAll("*"), ({ shadowRoot }) => shadowRoot);
    const buttons = [document.body, ...roots].flatMap((root) => root ? Array.from(root.querySelectorAll("button")) : [])
      .filter((button) => button.checkVisibility()).map((button) => {
        const { borderTopColor, borderTopWidth, borderTopStyle, backgroundColor } = getComputedStyle(button);
        return {
          name: button.textContent ?? "",
          isPrimary: button.classList.contains("primary"),
          edge: borderTopColor,
          edge_px: borderTopStyle === "none" ? 0 : parseFloat(borderTopWidth),
          fill: backgroundColor,
        };
      });
    return { canvas, buttons };
  });
}

async function checkButtons(page: Page): Promise<void> {
  const { canvas, buttons } = await buttonsOf(page);
  for (const { name, isPrimary, edge, edge_px, fill } of buttons) {
    assert(edge_px >= 1 && contrast(edge, canvas) >= LEAST_CONTRAST, `the edge of "${name}": ${edge_px} px ${edge}`);
    if (isPrimary) assert(contrast(fill, canvas) >= LEAST_CONTRAST, `"${name}" is not filled: ${fill} on ${canvas}`);
  }
}

Deno.test("forced colours: text is readable, buttons have edges, the primary one is filled", async (test) => {
  const gallery = await Gallery.open();
  try {
    for (const surface of Object.keys(STATES) as Surface[]) {
      for (const state of STATES[surface]) {
        await test.step(`${surface} ${state}`, async () => {
          const page = await gallery.show({ surface, state, scheme: "light", width: 420, open: true });
          for (const colorScheme of ["light", "dark"] as const) {
            await page.emulateMedia({ forcedColors: "active", colorScheme });
            await checkButtons(page);
            assertEquals(await unreadable(page), [], colorScheme);
          }
          await page.close();
        });
      }
    }
  } finally {
    await gallery.close();
  }
});
