import { assertEquals } from "../../../tests/support/assert.ts";
import { FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { metersOf, tightest, toModel, usedShare } from "./tightest.ts";

const CASES: [state: string, name: string | undefined, share: number | null][] = [
  ["live_idle", "requests_per_minute", 0],
  ["live_normal", "tokens_per_minute", 40.1],
  ["warning", "requests_per_minute", 91.8],
  ["over_limit", "requests_per_minute", 123.2],
  ["large", "requests_per_day", 99.9],
  ["no_limits", undefined, null],
  ["model_calm", "tokens_per_minute to gpt-5.4", 63.2],
  ["model_close", "requests_per_minute to gpt-5.4", 94],
  ["model_full", "requests_per_minute to gpt-5.4", 100],
];

for (const [state, name, share] of CASES) {
  Deno.test(`the tightest limit: ${state}`, () => {
    const { status } = FIXTURES[state];
    const worst = status && tightest(status);
    assertEquals(worst ? worst.name + toModel(worst) : undefined, name);
    assertEquals(status && usedShare(status), share);
  });
}

Deno.test("the provider's count decides where the service says that it does", () => {
  const { status } = FIXTURES.rate_limited_provider;
  assertEquals(status && usedShare(status), 100);
});

Deno.test("meters come in the order in which they are shown, without those that are not set", () => {
  const { status } = FIXTURES.live_normal;
  assertEquals(status && metersOf(status).map(({ name }) => name), [
    "requests_per_minute",
    "requests_per_day",
    "tokens_per_minute",
  ]);
});

Deno.test("a model's limits come after the workspace's, under its name", () => {
  const { status } = FIXTURES.model_full;
  assertEquals(status && metersOf(status).map(({ name, model }) => [name, model]), [
    ["requests_per_minute", undefined],
    ["requests_per_day", undefined],
    ["tokens_per_minute", undefined],
    ["tokens_per_minute", "gpt-5.4-mini"],
    ["requests_per_minute", "gpt-5.4"],
    ["tokens_per_minute", "gpt-5.4"],
  ]);
});
