import { assertEquals } from "../../../tests/support/assert.ts";
import { FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { orderedMeters } from "./order.ts";

/** The limits as `RPM` or `gpt-5.4 RPM`, and the models with the number of their limits. */
function order(state: string): { limits: string[]; models: string[] } {
  const { limits, models } = orderedMeters(FIXTURES[state].status!);
  return {
    limits: limits.map(({ name, model }) => model ? `${model} ${name}` : name),
    models: models.map(({ model, meters, reports }) => `${model}: ${[...meters, ...reports].length}`),
  };
}

const PLAIN = ["requests_per_minute", "requests_per_day", "tokens_per_minute"];

const CASES: [state: string, limits: string[], models: string[]][] = [
  ["live_normal", PLAIN, []],
  ["warning", PLAIN, []],
  ["day_full", ["requests_per_day", "requests_per_minute", "tokens_per_minute"], []],
  ["rate_limited_provider", PLAIN, []],
  ["quota_exceeded", PLAIN, []],
  ["degraded_ledger", PLAIN, []],
  ["model_calm", PLAIN, ["gpt-5.4: 2", "gpt-5.4-mini: 1"]],
  ["model_full", ["gpt-5.4 requests_per_minute", ...PLAIN], ["gpt-5.4: 1", "gpt-5.4-mini: 1"]],
  ["reported_alone", [], ["gpt-5.4: 2", "gpt-5.4-mini: 2"]],
];

for (const [state, limits, models] of CASES) {
  Deno.test(`the order of the limits in the state ${state}`, () => assertEquals(order(state), { limits, models }));
}

Deno.test("models come by their tightest limit, each with that limit first", () => {
  const { models } = orderedMeters(FIXTURES.many_models.status!);
  const shares = models.map(({ meters }) => meters.map(({ meter }) => meter.percentage));
  assertEquals(shares.length, 20);
  assertEquals(shares, shares.map((each) => each.toSorted((a, b) => b - a)).toSorted(([a], [b]) => b - a));
});

Deno.test("a model is as tight as the provider says, where that is tighter than our count", () => {
  const { status } = FIXTURES.model_calm;
  const requests = { limit: 100_000, remaining: 100, resets_at: null };
  const [pool] = FIXTURES.warning.status!.provider;
  const provider = [{ ...pool, pool: "gpt-5.4-mini", requests: null, tokens: requests }];
  const { models } = orderedMeters({ ...status!, provider });
  assertEquals(models.map(({ model }) => model), ["gpt-5.4-mini", "gpt-5.4"]);
});
