import { assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import { PriceBook } from "../../prices/price_book.ts";
import { checkPrices } from "./prices.ts";

const ABOUT = { library: "prices 1.2.3", overlay_date: "2026-11-27", age_days: 0 };

Deno.test("prices are fine for two months", () => {
  for (const age_days of [0, 1, 60]) assertEquals(checkPrices({ ...ABOUT, age_days })[0].level, "ok");
  const [{ level, text, remedy }] = checkPrices({ ...ABOUT, age_days: 61 });
  assertEquals([level, text], [
    "warn",
    "the prices of calls are 61 days old: prices 1.2.3 under our additions of 2026-11-27",
  ]);
  assertStringIncludes(remedy!, "Update Quota Gauge");
});

Deno.test("the age is that of the price book, by the machine's clock", () => {
  const date = new PriceBook({ now: () => 0 }).about.overlay_date;
  const { about } = new PriceBook({ now: () => Date.parse(date) + 90 * 86_400_000 });
  assertStringIncludes(checkPrices(about)[0].text, `are 90 days old: @pydantic/genai-prices `);
});
