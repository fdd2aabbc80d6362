/** The pages of the settings and of the first set-up fit their width: a phone's, and a window's at 200 % zoom. */
import { assertEquals } from "../support/assert.ts";
import { Gallery, OPTIONS_STATES, type Surface } from "./gallery.ts";
import { SET_UP_STATES } from "./onboarding.tsx";

const STATES: [surface: Surface, states: string[]][] = [["options", OPTIONS_STATES], ["onboarding", SET_UP_STATES]];

/** 640 px are a window of 1280 px at 200 %. */
const WIDTHS = [320, 640];

Deno.test("settings and set-up scroll in one direction alone, at 320 px and at 200 % zoom", async () => {
  const gallery = await Gallery.open();
  try {
    const wide: string[] = [];
    for (const [surface, states] of STATES) {
      for (const state of states) {
        for (const width of WIDTHS) {
          const page = await gallery.show({ surface, state, scheme: "light", width });
          await page.locator("main").waitFor();
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          if (over > 0) wide.push(`${surface} ${state} at ${width} px: ${over} px too wide`);
          await page.close();
        }
      }
    }
    assertEquals(wide, []);
  } finally {
    await gallery.close();
  }
});
