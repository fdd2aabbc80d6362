import { assertEquals } from "../../tests/support/assert.ts";
import { REFUSALS } from "./recorder.ts";
import { mayBeRetried, refusalMayBeRetried } from "./retry_advice.ts";

const cases: [number, string | null, string | null, boolean][] = [
  [429, "insufficient_quota", "insufficient_quota", false],
  [429, null, "insufficient_quota", false],
  [400, "billing_hard_limit_reached", null, false],
  [403, "project_spend_limit_exceeded", null, false],
  [429, "rate_limit_exceeded", "requests", true],
  [429, null, null, true],
  [503, "server_is_overloaded", null, true],
  [401, "invalid_api_key", null, true],
];
for (const [status, code, type, may] of cases) {
  Deno.test(`${status} ${code ?? type} ${may ? "may be retried by the SDK" : "must not be retried"}`, () => {
    assertEquals(mayBeRetried(status, { code, type, message: null }), may);
  });
}

Deno.test("of our refusals the SDK may retry only a short cool-down", () => {
  for (const refused of REFUSALS) {
    const may = [null, 1000, 60_000, 60_001].map((retry_after_ms) =>
      refusalMayBeRetried({ refused, message: "", retry_after_ms })
    );
    const cool = refused === "provider_cooling_down";
    assertEquals(may, [false, cool, cool, false], refused);
  }
});
