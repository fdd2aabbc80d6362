import { assertEquals } from "../../tests/support/assert.ts";
import { type Observation, refilledAt, remainingAt } from "./observation.ts";

const seen = (remaining: number, resets_at_ms: number, limit = 500): Observation => ({
  limit,
  remaining,
  observed_at_ms: 0,
  resets_at_ms,
});

Deno.test("the remaining amount grows evenly until the reset, and is the limit from then on", () => {
  const cases = [[0, 12], [15_000, 134], [30_000, 256], [59_999, 499], [60_000, 500], [1e9, 500], [-5000, 12]];
  for (const [at, left] of cases) assertEquals(remainingAt(seen(12, 60_000), at), left, `at ${at}`);
});

Deno.test("before its own instant an observation gives the amount that it saw", () => {
  const instantly = { limit: 1, remaining: 0, observed_at_ms: 1, resets_at_ms: 1 };
  assertEquals([remainingAt(instantly, 0), remainingAt(instantly, 1)], [0, 1]);
});

Deno.test("refilledAt is the first millisecond at which the amount remains", () => {
  const observation = seen(0, 60_000);
  assertEquals([1, 51, 250, 500, 501].map((amount) => refilledAt(observation, amount)), [
    120,
    6120,
    30_000,
    60_000,
    60_000,
  ]);
  assertEquals([remainingAt(observation, 6119), remainingAt(observation, 6120)], [50, 51]);
});
