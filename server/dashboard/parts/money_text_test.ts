import { assertEquals } from "../../../tests/support/assert.ts";
import { exactUsd, spendOf, spendText, spendTile } from "./money_text.ts";

Deno.test("a cost has all of its digits, and at least cents", () => {
  const said = ["0.000583700", "12.000000000", "9007199254.740993001", "0.000000000"].map(exactUsd);
  assertEquals(said, ["$0.0005837", "$12.00", "$9,007,199,254.740993001", "$0.00"]);
});

Deno.test("spend is rounded up; with calls that have no price it is rounded down and a least amount", () => {
  assertEquals(spendText({ day_usd: "12.401000001", unpriced_calls: 0 }), "$12.41 today");
  assertEquals(spendText({ day_usd: "12.409999999", unpriced_calls: 1 }), "at least $12.40 today, 1 call not priced");
  assertEquals(spendText({ day_usd: "0.000000000", unpriced_calls: 7 }), "at least $0.00 today, 7 calls not priced");
});

Deno.test("the spend of all workspaces is added exactly, over those that know theirs", () => {
  const day = (day_usd: string, unpriced_calls = 0) => ({ spend: { day_usd, unpriced_calls } });
  assertEquals(spendOf([{}, {}]), null);
  assertEquals(spendTile(null), { label: "Spend today", value: null });
  const all = spendOf([day("0.100000000"), day("0.200000000"), {}, day("9007199254.740993001")]);
  assertEquals(spendTile(all), { label: "Spend today", value: "$9,007,199,255.05" });
  const some = spendOf([day("1.009000000", 2), day("0.000000000", 1)]);
  assertEquals(spendTile(some), { label: "Spend today, at least", value: "$1.00", detail: "3 calls not priced" });
});
