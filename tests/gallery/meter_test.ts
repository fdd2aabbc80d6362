/** What assistive technology reads of a meter is what the eye sees. */
import type { Page } from "playwright";
import { assert, assertEquals } from "../support/assert.ts";
import { Gallery } from "./gallery.ts";

interface ReadMeter {
  name: string;
  value: number;
  least: number;
  most: number;
  text: string;
  /** The text of the row around it. */
  row: string;
  /** The filled share of the bar, in percent. */
  filled: number;
}

/** The meters of the page, with what is drawn. */
function metersOf(page: Page): Promise<ReadMeter[]> {
  return page.evaluate(() => {
    const root = document.querySelector("quota-gauge, [data-quota-gauge]")?.shadowRoot ?? document;
    return Array.from(root.querySelectorAll("[role=meter]"), (meter) => {
      const number = (name: string, otherwise: number) => Number(meter.getAttribute(name) ?? otherwise);
      const parts = Array.from(
        meter.querySelectorAll(".used, .reserved"),
        (part) => part.getBoundingClientRect().width,
      );
      return {
        name: meter.getAttribute("aria-label") ?? "",
        value: number("aria-valuenow", NaN),
        least: number("aria-valuemin", 0),
        most: number("aria-valuemax", 100),
        text: meter.getAttribute("aria-valuetext") ?? "",
        row: meter.parentElement?.textContent ?? "",
        filled: parts.reduce((sum, width) => sum + width, 0) / meter.getBoundingClientRect().width * 100,
      };
    });
  });
}

/** States with meters of every kind. */
const STATES = ["live_idle", "live_normal", "warning", "rate_limited", "over_limit", "model_close", "large", "stale"];

/** The width of a bar's least mark and of its edges, in percent of the narrowest bar. */
const DRAWN_WITHIN = 3;

function check(state: string, meters: ReadMeter[]): void {
  assertEquals(
    new Set(meters.map(({ name }) => name)).size,
    meters.length,
    `${state}: each meter has a name of its own`,
  );
  for (const { name, value, least, most, text, row, filled } of meters) {
    const what = `${state}: ${name} (${value}, "${text}")`;
    assert(name !== "" && value >= least && value <= most, what);
    assert(row.includes(`${value} %`) || row.includes(`${value}%`), `${what} is not in "${row}"`);
    assert(text.includes(`${value} `) || text.includes(`${value}%`), `${what}: the spoken text has another number`);
    assert(Math.abs(filled - Math.min(100, value)) <= DRAWN_WITHIN, `${what}: the bar is filled to ${filled} %`);
  }
}

Deno.test("each meter has a name, and the value that its row and its bar show", async (test) => {
  const gallery = await Gallery.open();
  try {
    for (const surface of ["popup", "widget"] as const) {
      await test.step(surface, async () => {
        for (const state of STATES) {
          const page = await gallery.show({ surface, state, scheme: "light", width: 420, open: true });
          const meters = await metersOf(page);
          assert(meters.length > 0, `${state}: no meter was found`);
          check(state, meters);
          await page.close();
        }
      });
    }
  } finally {
    await gallery.close();
  }
});
