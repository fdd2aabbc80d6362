/** The size of every control: 24 px for a mouse, 40 px for a finger. */
import { assertEquals } from "../support/assert.ts";
import { readControls, STATES, visibleControls } from "./controls.ts";
import { Gallery, type Surface } from "./gallery.ts";

/** The gallery's narrow pages are those of a phone, with a touch screen. */
const POINTERS = [
  { pointer: "mouse", width: 420, least: 24 },
  { pointer: "finger", width: 320, least: 40 },
];

Deno.test("every control is large enough for a mouse, and for a finger on a touch screen", async (test) => {
  const gallery = await Gallery.open();
  try {
    for (const { pointer, width, least } of POINTERS) {
      for (const surface of Object.keys(STATES) as Surface[]) {
        await test.step(`${surface}: ${least} px for a ${pointer}`, async () => {
          const small = new Set<string>();
          for (const state of STATES[surface]) {
            const page = await gallery.show({ surface, state, scheme: "light", width, open: true });
            await readControls(page);
            for (const { name, width, height } of await visibleControls(page)) {
              if (Math.min(width, height) < least) small.add(`${name}: ${Math.round(width)} × ${Math.round(height)}`);
            }
            await page.close();
          }
          assertEquals([...small], []);
        });
      }
    }
  } finally {
    await gallery.close();
  }
});
