/** The headers of providers, as their documentation shows them. */
import { assertEquals } from "../../../tests/support/assert.ts";
import { limitHeaders, reportedLimits } from "./rate_limit_headers.ts";

const NOW = Date.UTC(2026, 10, 21, 10);
const SECOND = 1000;

type Expected = [limit: number, remaining: number, reset_ms: number | null] | null;

function read(sent: Record<string, string>): { requests: Expected; tokens: Expected } {
  const headers = new Headers(sent);
  const { requests, tokens } = reportedLimits(limitHeaders(200, (name) => headers.get(name)), NOW);
  const plain = (each: typeof requests): Expected => each && [each.limit, each.remaining, each.reset_ms];
  return { requests: plain(requests), tokens: plain(tokens) };
}

const VENDORS: [string, Record<string, string>, { requests?: Expected; tokens?: Expected }][] = [
  ["OpenAI", {
    "x-ratelimit-limit-requests": "60",
    "x-ratelimit-limit-tokens": "150000",
    "x-ratelimit-remaining-requests": "59",
    "x-ratelimit-remaining-tokens": "149984",
    "x-ratelimit-reset-requests": "1s",
    "x-ratelimit-reset-tokens": "6m0s",
  }, { requests: [60, 59, SECOND], tokens: [150_000, 149_984, 360 * SECOND] }],
  ["OpenAI, by usage", {
    "x-ratelimit-limit-tokens_usage_based": "80000",
    "x-ratelimit-remaining-tokens_usage_based": "79000",
    "x-ratelimit-reset-tokens_usage_based": "750ms",
  }, { tokens: [80_000, 79_000, 750] }],
  ["a project's requests", {
    "x-ratelimit-limit-requests": "60",
    "x-ratelimit-remaining-requests": "59",
    "x-ratelimit-limit-project-requests": "50",
    "x-ratelimit-remaining-project-requests": "10",
  }, { requests: [50, 10, null] }],
  ["Groq", {
    "X-RateLimit-Limit-Requests": "14400",
    "X-RateLimit-Remaining-Requests": "14370",
    "X-RateLimit-Reset-Requests": "2m59.56s",
    "X-RateLimit-Limit-Tokens": "18000",
    "X-RateLimit-Remaining-Tokens": "17997",
    "X-RateLimit-Reset-Tokens": "7.66s",
  }, { requests: [14_400, 14_370, 179_560], tokens: [18_000, 17_997, 7660] }],
  ["Anthropic", {
    "anthropic-ratelimit-requests-limit": "1000",
    "anthropic-ratelimit-requests-remaining": "999",
    "anthropic-ratelimit-requests-reset": "2026-11-21T10:00:20Z",
    "anthropic-ratelimit-tokens-limit": "90000",
    "anthropic-ratelimit-tokens-remaining": "80000",
    "anthropic-ratelimit-tokens-reset": "2026-11-21T10:00:30Z",
    "anthropic-ratelimit-input-tokens-limit": "80000",
    "anthropic-ratelimit-input-tokens-remaining": "72000",
    "anthropic-ratelimit-input-tokens-reset": "2026-11-21T10:00:25.500Z",
    "anthropic-ratelimit-output-tokens-limit": "10000",
    "anthropic-ratelimit-output-tokens-remaining": "8000",
    "anthropic-ratelimit-output-tokens-reset": "2026-11-21T10:00:40Z",
  }, { requests: [1000, 999, 20 * SECOND], tokens: [10_000, 8000, 40 * SECOND] }],
  ["OpenRouter: milliseconds since 1970", {
    "X-RateLimit-Limit": "20",
    "X-RateLimit-Remaining": "3",
    "X-RateLimit-Reset": `${NOW + 45_000}`,
  }, { requests: [20, 3, 45 * SECOND] }],
  ["seconds since 1970", {
    "x-ratelimit-limit": "20",
    "x-ratelimit-remaining": "3",
    "x-ratelimit-reset": `${NOW / 1000 + 45}`,
  }, { requests: [20, 3, 45 * SECOND] }],
  ["Cerebras: seconds", {
    "x-ratelimit-limit-requests-day": "1000000000",
    "x-ratelimit-remaining-requests-day": "999997455",
    "x-ratelimit-reset-requests-day": "33011.382867097855",
    "x-ratelimit-limit-tokens-minute": "1000000000",
    "x-ratelimit-remaining-tokens-minute": "999985921",
    "x-ratelimit-reset-tokens-minute": "11.382867097854614",
  }, { requests: [1e9, 999_997_455, 33_011_383], tokens: [1e9, 999_985_921, 11_383] }],
  ["a minute's and a day's requests: the one with less remaining", {
    "x-ratelimit-limit-requests-minute": "30",
    "x-ratelimit-remaining-requests-minute": "20",
    "x-ratelimit-reset-requests-minute": "20",
    "x-ratelimit-limit-requests-day": "1000",
    "x-ratelimit-remaining-requests-day": "5",
    "x-ratelimit-reset-requests-day": "3600",
  }, { requests: [1000, 5, 3600 * SECOND] }],
  ["Mistral", {
    "x-ratelimit-limit-req-minute": "60",
    "x-ratelimit-remaining-req-minute": "59",
    "ratelimitbysize-limit": "500000",
    "ratelimitbysize-remaining": "499900",
    "ratelimitbysize-reset": "27",
  }, { requests: [60, 59, null], tokens: [500_000, 499_900, 27 * SECOND] }],
  ["Fireworks", {
    "x-ratelimit-limit-requests": "600",
    "x-ratelimit-remaining-requests": "599",
    "x-ratelimit-limit-tokens-prompt": "60000",
    "x-ratelimit-remaining-tokens-prompt": "59000",
  }, { requests: [600, 599, null] }],
  ["Together", {
    "x-ratelimit-limit": "10",
    "x-ratelimit-remaining": "9",
    "x-ratelimit-reset": "1",
    "x-tokenlimit-limit": "3000",
    "x-tokenlimit-remaining": "2900",
  }, { requests: [10, 9, SECOND], tokens: [3000, 2900, null] }],
  ["LiteLLM in front of another provider", {
    "llm_provider-x-ratelimit-limit-tokens": "1000",
    "llm_provider-x-ratelimit-remaining-tokens": "900",
    "llm_provider-x-ratelimit-reset-tokens": "6s",
  }, { tokens: [1000, 900, 6 * SECOND] }],
  ["Azure with -1 and 0, which mean nothing", {
    "x-ratelimit-limit-requests": "0",
    "x-ratelimit-remaining-requests": "-1",
    "x-ratelimit-limit-tokens": "0",
    "x-ratelimit-remaining-tokens": "-1",
  }, {}],
  ["Azure without limits, which stay unknown", {
    "x-ratelimit-remaining-requests": "15",
    "x-ratelimit-remaining-tokens": "14999",
  }, {}],
  ["x-ms", {
    "x-ms-ratelimit-limit-tokens": "1000",
    "x-ms-ratelimit-remaining-tokens": "900",
  }, { tokens: [1000, 900, null] }],
  ["RateLimit-* with windows", {
    "RateLimit-Limit": "100, 100;w=60, 1000;w=3600",
    "RateLimit-Remaining": "50",
    "RateLimit-Reset": "30",
  }, { requests: [100, 50, 30 * SECOND] }],
  ["RateLimit as a dictionary", { RateLimit: "limit=100, remaining=50, reset=5" }, { requests: [100, 50, 5 * SECOND] }],
  ["RateLimit with its policy", {
    RateLimit: '"default";r=50;t=30',
    "RateLimit-Policy": '"default";q=100;w=60',
  }, { requests: [100, 50, 30 * SECOND] }],
  ["RateLimit with several policies", {
    "ratelimit": '"burst";r=4;t=1, "daily";r=900;t=3600, tokens;r=2000;t=60',
    "ratelimit-policy": '"daily";q=1000;w=86400, "burst";q=5;w=1;pk=:c2s=:, tokens;q=9000;w=60',
  }, { requests: [5, 4, SECOND], tokens: [9000, 2000, 60 * SECOND] }],
  ["RateLimit by other units, and without a policy", {
    "ratelimit": '"size";r=50;t=30, "lost";r=1;t=1, "unit";r=70',
    "ratelimit-policy": '"size";q=100;qu="content-bytes", "unit";q=100;qu="tokens"',
  }, { tokens: [100, 70, null] }],
  ["RateLimit with its quota, and times and counts that cannot be", {
    "ratelimit": '"own";q=80;r=60;t=20, "far";r=50;t=99999999999, "below";r=-1;t=5, "past";r=70;t=-5',
    "ratelimit-policy": '"far";q=100, "below";q=100, "past";q=100',
  }, { requests: [100, 50, null] }],
  ["RateLimit of a quota of its own", { "ratelimit": '"own";q=80;r=60;t=20' }, { requests: [80, 60, 20 * SECOND] }],
  ["thousands separators", {
    "x-ratelimit-limit-tokens": "1,000,000",
    "x-ratelimit-remaining-tokens": "999,000",
  }, { tokens: [1_000_000, 999_000, null] }],
  ["headers that a proxy repeats", {
    "x-ratelimit-limit-tokens": "1000, 1000",
    "x-ratelimit-remaining-tokens": "900, 900",
    "x-ratelimit-reset-tokens": "6s",
  }, { tokens: [1000, 900, 6 * SECOND] }],
  ["an unreadable reset is unknown", {
    "x-ratelimit-limit-tokens": "1000",
    "x-ratelimit-remaining-tokens": "900",
    "x-ratelimit-reset-tokens": "tomorrow",
  }, { tokens: [1000, 900, null] }],
  ["unlimited", { "x-ratelimit-limit-tokens": "unlimited", "x-ratelimit-remaining-tokens": "unlimited" }, {}],
  ["different values of one header", { "x-ratelimit-limit": "10, 20", "x-ratelimit-remaining": "1, 2" }, {}],
];

/** One reset in each vendor's name, in spellings that other vendors use. */
const RESETS: Record<string, number | null> = {
  "+20s": 20 * SECOND,
  "1:30": 90 * SECOND,
  "t=20": 20 * SECOND,
  "20 seconds": 20 * SECOND,
  "PT20S": 20 * SECOND,
  "20S": 20 * SECOND,
  [`${NOW + 20_000}`]: 20 * SECOND,
  "Sat, 21 Nov 2026 10:00:20 GMT": 20 * SECOND,
  "-20": null,
  "-20s": null,
  "99999999999999999999": null,
  "9000h": null,
  "Fri, 31 Dec 9999 23:59:59 GMT": null,
};

const NAMES: [unit: "requests" | "tokens", pattern: string][] = [
  ["requests", "x-ratelimit-*-requests"],
  ["tokens", "x-ratelimit-*-tokens"],
  ["requests", "X-MS-RateLimit-*-Requests"],
  ["tokens", "x-ms-ratelimit-*-tokens"],
  ["requests", "anthropic-ratelimit-requests-*"],
  ["tokens", "Anthropic-RateLimit-Output-Tokens-*"],
  ["requests", "RateLimit-*"],
  ["requests", "x-ratelimit-*-requests-day"],
];

for (const [text, reset_ms] of Object.entries(RESETS)) {
  Deno.test(`a reset told as ${text} is read under each vendor's name`, () => {
    for (const [unit, pattern] of NAMES) {
      const values = { limit: "100", remaining: "40", reset: text };
      const headers = Object.entries(values).map(([part, value]) => [pattern.replace("*", part), value]);
      assertEquals(read(Object.fromEntries(headers))[unit], [100, 40, reset_ms], pattern);
    }
  });
}

for (const [name, headers, { requests = null, tokens = null }] of VENDORS) {
  Deno.test(`limits as they are reported: ${name}`, () => assertEquals(read(headers), { requests, tokens }));
}
