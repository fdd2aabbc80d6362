import { FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { assertEquals } from "../../../tests/support/assert.ts";
import type { StatusBody } from "../../quota.ts";
import { decisiveLimit, usedShare } from "./decisive_limit.ts";

const CASES: [state: string, phrase: string | undefined, share: number | null][] = [
  ["live_idle", "requests a minute", 0],
  ["live_normal", "tokens a minute", 40.1],
  ["warning", "requests a minute", 91.8],
  ["over_limit", "requests a minute", 123.2],
  ["large", "requests a day", 99.9],
  ["no_limits", undefined, null],
  ["model_calm", "tokens a minute to gpt-5.4", 63.2],
  ["model_close", "requests a minute to gpt-5.4", 94],
  ["model_full", "requests a minute to gpt-5.4", 100],
  ["day_full", "requests a day", 100],
  ["warning_provider", "OpenAI's requests to gpt-5.4", 97.6],
  ["rate_limited_provider", "OpenAI's requests to gpt-5.4", 100],
  ["cooldown_minute_full", "requests a minute", 100],
  ["degraded_upstream", "tokens a minute", 40.1],
];

for (const [state, phrase, share] of CASES) {
  Deno.test(`the limit that the status is about: ${state}, ${phrase ?? "none"}`, () => {
    const status = FIXTURES[state].status!;
    assertEquals([decisiveLimit(status)?.phrase, usedShare(status)], [phrase, share]);
  });
}

Deno.test("the provider's count is shown only where the cause is about the provider's limit", () => {
  const { status } = FIXTURES.warning_provider;
  assertEquals(decisiveLimit({ ...status!, status: "normal", cause: null })?.phrase, "tokens a minute");
});

Deno.test("a cause of a newer service leaves the tightest limit", () => {
  const { status } = FIXTURES.warning;
  const cause = { ...status!.cause!, code: "images_per_minute" as NonNullable<StatusBody["cause"]>["code"] };
  assertEquals(decisiveLimit({ ...status!, cause })?.phrase, "requests a minute");
});
