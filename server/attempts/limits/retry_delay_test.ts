import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { retryDelayIn } from "./retry_delay.ts";
import { toldTime } from "./told_time.ts";

const NOW = Date.UTC(2026, 10, 21, 10);
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** What the body tells, in milliseconds from now. */
function told(body: unknown): number | null {
  const text = retryDelayIn(body);
  return text === null ? null : toldTime(text, NOW);
}

const WORDS: Record<string, number | null> = {
  "Rate limit reached for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. Please try again in 1.2s. Visit https://platform.openai.com/account/rate-limits to learn more.":
    1200,
  "Rate limit reached for gpt-4 on requests per day (RPD): Limit 200, Used 200. Please try again in 7m12s.":
    7 * MINUTE +
    12 * SECOND,
  "Rate limit reached. Limit: 3 / min. Please try again in 20s. Contact support@openai.com if you continue to have issues.":
    20 * SECOND,
  "Please try again in 120ms.": 120,
  "Please try again in 6m0s": 6 * MINUTE,
  "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-06-01 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 26 seconds. Please go here: https://aka.ms/oai/quotaincrease":
    26 * SECOND,
  "Rate limit is exceeded. Try again in 42 seconds.": 42 * SECOND,
  "PLEASE RETRY AFTER 1 SECOND.": SECOND,
  "Your requests have exceeded the token limit. Please retry after 1 minute.": MINUTE,
  "You exceeded your current quota. Please retry in 34.074824224s.": 34_075,
  "Request was throttled. Expected available in 12 seconds.": 12 * SECOND,
  "Too many requests; please wait 5 seconds and try again": 5 * SECOND,
  "Wait for about 1 minute, 30 seconds before retrying": 90 * SECOND,
  "Limit resets in 3 hours": 180 * MINUTE,
  "You can retry your request after 2.5 sec": 2500,
  "Retry after: 20": 20 * SECOND,
  "retry-after=20": 20 * SECOND,
  "Try again at 2026-11-21T10:00:20Z": 20 * SECOND,
  "Limit resets at: 2026-11-21 10:00:20 UTC": 20 * SECOND,
  "请求过于频繁，请在 30 秒后重试": 30 * SECOND,
  // None is told
  "Too many tokens, please wait before trying again.": null,
  "Limit: 100 requests in 60 seconds. Try again later.": null,
  "You may send 60 requests per 1 minute": null,
  "Rate limit exceeded": null,
  "Retry after 20% of the window": null,
  "": null,
};
for (const [message, expected] of Object.entries(WORDS)) {
  Deno.test(`a wait in words: ${message.slice(-90)}`, () => {
    assertEquals(told({ error: { message, type: "requests", code: "rate_limit_exceeded" } }), expected);
    assertEquals(told(message), expected, "as plain text");
  });
}

const MEMBERS: [string, unknown, number | null][] = [
  ["Gemini's RetryInfo", {
    error: {
      code: 429,
      message: "You exceeded your current quota.",
      status: "RESOURCE_EXHAUSTED",
      details: [
        { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [{ quotaValue: "10" }] },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34s" },
      ],
    },
  }, 34 * SECOND],
  ["Gemini's, in an array", [{ error: { details: [{ retryDelay: "3.5s" }] } }], 3500],
  [
    "a member before words",
    { error: { message: "Please retry in 50s", details: [{ retryDelay: "34s" }] } },
    34 * SECOND,
  ],
  ["a protobuf duration", { error: { details: [{ retry_delay: { seconds: 3, nanos: 500_000_000 } }] } }, 3500],
  ["a number of seconds", { message: "Slow down", retry_after: 1.5 }, 1500],
  ["a small number", { retry_after: 0.0000001 }, 1],
  ["a number in a text", { error: { retryAfter: "20" } }, 20 * SECOND],
  ["milliseconds", { error: { retry_after_ms: 1200 } }, 1200],
  ["milliseconds in a text", { error: { "retry-after-ms": "1200" } }, 1200],
  ["seconds until the reset", { error: { type: "usage_limit_reached", resets_in_seconds: 30 } }, 30 * SECOND],
  ["the instant of the reset", { error: { resets_at: NOW / 1000 + 30 } }, 30 * SECOND],
  ["an ISO date", { error: { reset_at: "2026-11-21T10:00:30Z" } }, 30 * SECOND],
  [
    "headers in the body",
    { error: { metadata: { headers: { "X-RateLimit-Reset": `${NOW + 30_000}` } } } },
    30 * SECOND,
  ],
  ["an unreadable member, then words", { error: { retry_after: "soon", message: "Try again in 2s" } }, 2 * SECOND],
  ["a negative number", { retry_after: -1 }, null],
  ["an empty duration", { retryDelay: {} }, null],
  ["null", { retry_after: null }, null],
  ["no object", null, null],
];
for (const [name, body, expected] of MEMBERS) {
  Deno.test(`a wait in a member: ${name}`, () => assertEquals(told(body), expected));
}

Deno.test("property: any body gives null or a readable wait", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom("retry_after", "retryDelay", "message", "x"), (value, name) => {
      const text = retryDelayIn({ error: { [name]: value } });
      assert(text === null || (toldTime(text, NOW) ?? -1) >= 0, String(text));
    }),
    { examples: [[1e15, "retry_after"], [-1e15, "retry_after"], [1e-7, "retryDelay"]] },
  );
});

Deno.test("FAULT 54: hostile bodies are searched in less than 50 ms", () => {
  let nested: unknown = "wait ".repeat(100_000);
  for (let depth = 0; depth < 1000; depth++) nested = { error: nested };
  const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`m${at}`, "retry ".repeat(50)]));
  const started = performance.now();
  for (const body of [nested, wide, `try ${"again ".repeat(50_000)}`, "retry 1".repeat(50_000)]) retryDelayIn(body);
  assert(performance.now() - started < 4 * 50);
});
