import * as fc from "fast-check";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { instant } from "./meter.ts";
import { closeAtProvider, type Observation, remainingAt, shutAtProvider } from "./verdict_provider.ts";

const seen = (remaining: number, resets_at_ms: number, limit = 500): Observation => ({
  limit,
  remaining,
  observed_at_ms: 0,
  resets_at_ms,
});
const pool = (requests: Observation | null, tokens: Observation | null = null, name = "gpt-5.4") => ({
  pool: name,
  requests,
  tokens,
});

Deno.test("an observation fills up evenly to its reset, and is full from then on", () => {
  const cases = [[0, 12], [15_000, 134], [30_000, 256], [59_999, 499], [60_000, 500], [1e9, 500], [-5000, 12]];
  for (const [at, left] of cases) assertEquals(remainingAt(seen(12, 60_000), at), left, `at ${at}`);
});

Deno.test("before it was made, an observation says what it said", () => {
  const instantly = { limit: 1, remaining: 0, observed_at_ms: 1, resets_at_ms: 1 };
  assertEquals([remainingAt(instantly, 0), remainingAt(instantly, 1)], [0, 1]);
});

Deno.test("nothing left lasts until the first unit has come back, and a second at least", () => {
  const until = (observation: Observation) => shutAtProvider([pool(observation)], 0)?.verdict.cause?.until ?? null;
  assertEquals(until(seen(0, 60_000)), instant(1000));
  assertEquals(until(seen(0, 86_400_000, 10_000)), instant(8640));
  assertEquals(until(seen(0, 300)), instant(300));
  assertEquals(until(seen(1, 60_000)), null);
  assertEquals(shutAtProvider([pool(seen(0, 60_000))], 1000), null);
});

Deno.test("a warning ends at the instant at which enough has come back", () => {
  const near = closeAtProvider([pool(seen(0, 60_000))], 0.9, 0)!;
  assertEquals([near.percentage, near.verdict.cause?.until], [100, instant(6120)]);
  const pools = [pool(seen(0, 60_000))];
  assert(closeAtProvider(pools, 0.9, 6119));
  assertEquals(closeAtProvider(pools, 0.9, 6120), null);
});

Deno.test("of several pools the tightest warns, by requests or by tokens", () => {
  const pools = [
    pool(seen(40, 60_000), null, "a"),
    pool(seen(400, 60_000), seen(300, 60_000, 30_000), "b"),
    pool(null, null, "c"),
  ];
  const { verdict } = closeAtProvider(pools, 0.9, 0)!;
  assertEquals([verdict.cause?.code, verdict.cause?.message], [
    "provider_tokens",
    "OpenAI reports 300 of 30,000 tokens left for b",
  ]);
});

Deno.test("whatever was observed, what is left never falls with time, and every until lies ahead", () => {
  const observation = fc.record({ limit: fc.integer({ min: 1, max: 1e7 }), used: fc.nat(), reset: fc.nat(1e8) })
    .map(({ limit, used, reset }) => seen(Math.max(0, limit - used % (limit + 1)), reset, limit));
  const instants = fc.tuple(fc.nat(1e8), fc.nat(1e8));
  fc.assert(fc.property(observation, instants, fc.constantFrom(0.5, 0.9, 1), (told, [one, other], ratio) => {
    const [before, after] = [Math.min(one, other), Math.max(one, other)];
    const left = remainingAt(told, before);
    assert(left >= 0 && left <= remainingAt(told, after) && left <= told.limit);
    for (const found of [shutAtProvider([pool(told)], before), closeAtProvider([pool(told)], ratio, before)]) {
      assert(!found || Date.parse(found.verdict.cause!.until!) > before, found?.verdict.cause?.until ?? "");
    }
  }));
});
