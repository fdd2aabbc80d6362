import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { UNPRICED_REASONS } from "../../../shared/attempt_fields.ts";
import { costText, unpricedReason } from "./cost_text.ts";

Deno.test("a cost is exact, and an unknown one is not zero", () => {
  assertEquals(costText({ cost_usd: "0.000583700", unpriced: null }), "$0.0005837");
  assertEquals(costText({ cost_usd: "0.000000000", unpriced: null }), "$0.00");
  for (const unpriced of [null, ...UNPRICED_REASONS, "a reason of tomorrow"]) {
    assertEquals(costText({ cost_usd: null, unpriced }), "not priced");
    assert(unpricedReason({ cost_usd: null, unpriced }) !== "");
  }
});

Deno.test("each reason has words; one of a newer service is shown as it is", () => {
  const said = UNPRICED_REASONS.map((unpriced) => unpricedReason({ cost_usd: null, unpriced }));
  assert(said.every((text) => text.includes(" ")), said.join());
  for (const code of ["unknown_moon", "toString"]) {
    assertEquals(unpricedReason({ cost_usd: null, unpriced: code }), code);
  }
});
