import * as fc from "fast-check";
import { assertEquals } from "../../tests/support/assert.ts";
import { goDuration } from "./answer/go_duration.ts";
import { goDurationText } from "./go_duration_text.ts";

Deno.test("durations are written as Go writes them", () => {
  const texts = [0, -5, 0.2, 12, 1000, 1500, 61_000, 3_600_000, 83_909_144].map(goDurationText);
  assertEquals(texts, ["0s", "0s", "1ms", "12ms", "1s", "1.5s", "1m1s", "1h0m0s", "23h18m29.144s"]);
});

Deno.test("property: what is written is read back", () => {
  fc.assert(fc.property(fc.nat(300 * 86_400_000), (ms) => assertEquals(goDuration(goDurationText(ms)), ms)));
});
