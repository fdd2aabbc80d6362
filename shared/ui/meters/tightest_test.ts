import { assertEquals } from "../../../tests/support/assert.ts";
import { FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { metersOf, tightest } from "./tightest.ts";

const CASES: [state: string, name: string | undefined][] = [
  ["live_idle", "requests_per_minute"],
  ["live_normal", "tokens_per_minute"],
  ["warning", "requests_per_minute"],
  ["over_limit", "requests_per_minute"],
  ["large", "requests_per_day"],
  ["no_limits", undefined],
  ["model_calm", "tokens_per_minute to gpt-5.4"],
  ["model_close", "requests_per_minute to gpt-5.4"],
  ["model_full", "requests_per_minute to gpt-5.4"],
];

for (const [state, name] of CASES) {
  Deno.test(`the tightest limit: ${state}`, () => {
    const { status } = FIXTURES[state];
    const worst = status && tightest(status);
    assertEquals(worst ? [worst.name, worst.model].filter(Boolean).join(" to ") : undefined, name);
  });
}

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
