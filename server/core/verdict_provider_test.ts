import * as fc from "fast-check";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { instant } from "./meter.ts";
import { type Observation, remainingAt } from "./observation.ts";
import { fullAtProvider, nearAtProvider } from "./verdict_provider.ts";

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

Deno.test("an empty pool is full until its first unit is refilled, and for one second at least", () => {
  const until = (observation: Observation) => fullAtProvider([pool(observation)], 0)?.cause?.until ?? null;
  assertEquals(until(seen(0, 60_000)), instant(1000));
  assertEquals(until(seen(0, 86_400_000, 10_000)), instant(8640));
  assertEquals(until(seen(0, 300)), instant(300));
  assertEquals(until(seen(1, 60_000)), null);
  assertEquals(fullAtProvider([pool(seen(0, 60_000))], 1000), null);
});

Deno.test("an empty pool is found behind others, by requests or by tokens", () => {
  const others = [pool(null), pool(seen(5, 60_000)), pool(seen(0, 60_000, 1e6), null, "reset long ago")];
  const found = fullAtProvider([...others, pool(null, seen(0, 86_400_000), "b")], 50_000);
  assertEquals([found?.status, found?.cause], ["rate_limited", {
    code: "provider_tokens",
    pool: "b",
    message: "OpenAI reports 0 of 500 tokens left for b",
    source: "reported",
    until: instant(172_800),
    fix: "wait",
  }]);
});

Deno.test("a warning ends at the instant at which enough is refilled", () => {
  const pools = [pool(seen(0, 60_000))];
  const near = nearAtProvider(pools, 0.9, 0)!;
  assertEquals([near.percentage, near.verdict.cause?.until], [100, instant(6120)]);
  assert(nearAtProvider(pools, 0.9, 6119));
  assertEquals(nearAtProvider(pools, 0.9, 6120), null);
});

Deno.test("among several pools, the one with the smallest share left warns", () => {
  const pools = [
    pool(seen(40, 60_000), null, "a"),
    pool(seen(400, 60_000), seen(300, 60_000, 30_000), "b"),
    pool(seen(41, 60_000), null, "c"),
    pool(null, null, "d"),
  ];
  const { verdict } = nearAtProvider(pools, 0.9, 0)!;
  assertEquals([verdict.cause?.code, verdict.cause?.message], [
    "provider_tokens",
    "OpenAI reports 300 of 30,000 tokens left for b",
  ]);
});

Deno.test("of equal shares the first pool warns; a pool past its reset does not", () => {
  const pools = [pool(seen(1, 500), null, "old"), pool(seen(25, 60_000), null, "a"), pool(seen(25, 60_000), null, "b")];
  assertEquals(nearAtProvider(pools, 0.9, 500)?.verdict.cause?.message, "OpenAI reports 28 of 500 requests left for a");
});

Deno.test("property: the remaining amount never falls with time, and every until is in the future", () => {
  const observation = fc.record({ limit: fc.integer({ min: 1, max: 1e7 }), used: fc.nat(), reset: fc.nat(1e8) })
    .map(({ limit, used, reset }) => seen(Math.max(0, limit - used % (limit + 1)), reset, limit));
  const instants = fc.tuple(fc.nat(1e8), fc.nat(1e8));
  fc.assert(fc.property(observation, instants, fc.constantFrom(0.5, 0.9, 1), (seen, [one, other], ratio) => {
    const [before, after] = [Math.min(one, other), Math.max(one, other)];
    const left = remainingAt(seen, before);
    assert(left >= 0 && left <= remainingAt(seen, after) && left <= seen.limit);
    const verdicts = [fullAtProvider([pool(seen)], before), nearAtProvider([pool(seen)], ratio, before)?.verdict];
    for (const found of verdicts) {
      assert(!found || Date.parse(found.cause!.until!) > before, found?.cause?.until ?? "");
    }
  }));
});
