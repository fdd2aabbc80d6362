import { assertEquals } from "../../tests/support/assert.ts";
import { exceeds, isFull, withLimits } from "./limits.ts";

Deno.test("a limit is full when one more request would pass it; no limit is never full", () => {
  assertEquals([isFull(5, 4), isFull(5, 5), isFull(5, 6), isFull(null, 1e9)], [false, true, true, false]);
});

Deno.test("tokens may reach a limit, and may pass it only in an unused window", () => {
  assertEquals([exceeds(10, 4, 6), exceeds(10, 4, 7), exceeds(10, 0, 99), exceeds(null, 9, 99)], [
    false,
    true,
    false,
    false,
  ]);
});

Deno.test("withLimits replaces what is set, null included, and keeps the rest", () => {
  const limits = { requests_per_minute: 1, requests_per_day: 2, tokens_per_minute: 3, tokens_per_day: null };
  assertEquals(withLimits(limits, { requests_per_day: null, tokens_per_day: 9, tokens_per_minute: undefined }), {
    requests_per_minute: 1,
    requests_per_day: null,
    tokens_per_minute: 3,
    tokens_per_day: 9,
  });
  assertEquals(withLimits(limits, undefined), limits);
});
