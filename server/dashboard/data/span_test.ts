import { assertEquals } from "../../../tests/support/assert.ts";
import { customSpan, namedSpan } from "./span.ts";

Deno.test("without a span, or with one that cannot be read, the last 24 hours are shown", () => {
  for (const range of [null, "toString", "..", "2026-11-21T10:00Z..2026-11-20T10:00Z", "x..y"]) {
    assertEquals(namedSpan(range), "24h", String(range));
  }
  assertEquals(customSpan("2026-11-21T10:00Z..2026-99-20T10:00Z"), null);
});
