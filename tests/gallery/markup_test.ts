/** Names that come from others are shown as text, never as markup. */
import { assert, assertEquals } from "../support/assert.ts";
import { MARKUP } from "./fixtures.ts";
import { Gallery, type Shot } from "./gallery.ts";

/** Each surface with the states in which it shows a name. */
const SHOWN: [Shot["surface"], state: string][] = [
  ["popup", "markup"],
  ["popup", "markup_refused"],
  ["widget", "markup"],
  ["widget", "markup_refused"],
  ["options", "markup"],
];

Deno.test("FAULT 61: markup in names is shown as text and makes no element", async (t) => {
  const gallery = await Gallery.open();
  try {
    for (const [surface, state] of SHOWN) {
      await t.step(`${surface}: ${state}`, async () => {
        const page = await gallery.show({ surface, state, scheme: "light", width: 420, open: true });
        const seen = await page.evaluate(() => {
          const root = document.querySelector("[data-quota-gauge]")?.shadowRoot ?? document.body;
          const typed = Array.from(root.querySelectorAll("input"), ({ value }) => value);
          const elements = Array.from(root.querySelectorAll("img, b.hit"), ({ outerHTML }) => outerHTML);
          return { text: [root.textContent, ...typed].join("\n"), elements, title: document.title };
        });
        assertEquals([seen.elements, seen.title.includes("hit")], [[], false]);
        assert(seen.text.includes(MARKUP), seen.text);
        await page.close();
      });
    }
  } finally {
    await gallery.close();
  }
});
