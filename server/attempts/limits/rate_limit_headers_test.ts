import * as fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { limitHeaders, reportedLimits, retryAfter } from "./rate_limit_headers.ts";

const NOW = Date.UTC(2026, 10, 21, 10);
const DAY_MS = 86_400_000;

Deno.test("limits are kept from any response, and a wait from an error", () => {
  const headers = new Headers({
    "X-RateLimit-Limit-Requests": "500",
    "x-ratelimit-remaining-requests": "12",
    "x-ratelimit-reset-requests": "6m0s",
    "retry-after": "3",
    "x-request-id": "req",
  });
  const get = (name: string) => headers.get(name);
  const requests = {
    "x-ratelimit-limit-requests": "500",
    "x-ratelimit-remaining-requests": "12",
    "x-ratelimit-reset-requests": "6m0s",
  };
  assertEquals(limitHeaders(200, get), requests);
  assertEquals(limitHeaders(429, get), { ...requests, "retry-after": "3" });
  assertEquals(limitHeaders(200, () => null), {});
});

const family = (name: string, limit: string, remaining: string, reset?: string) => ({
  [`x-ratelimit-limit-${name}`]: limit,
  [`x-ratelimit-remaining-${name}`]: remaining,
  ...(reset === undefined ? {} : { [`x-ratelimit-reset-${name}`]: reset }),
});

Deno.test("requests and tokens are read independently; invalid values and Azure's -1 and 0 are ignored", () => {
  assertEquals(reportedLimits({}, NOW), { requests: null, tokens: null });
  const { requests, tokens } = reportedLimits({
    ...family("requests", "500", "0", "1s"),
    ...family("tokens", "9", "4"),
  }, NOW);
  assertEquals(requests, { limit: 500, remaining: 0, reset_ms: 1000 });
  assertEquals(tokens, { limit: 9, remaining: 4, reset_ms: null });
  for (
    const [limit, remaining] of [["-1", "-1"], ["0", "0"], ["x", "1"], ["1", "1.5"], ["1", ""], ["9".repeat(16), "1"]]
  ) {
    assertEquals(reportedLimits(family("requests", limit, remaining), NOW).requests, null, `${limit} ${remaining}`);
  }
  assertEquals(reportedLimits(family("requests", "5", "1", "soon"), NOW).requests?.reset_ms, null);
});

Deno.test("counts as 100.0, and values that a proxy has repeated, are read once", () => {
  for (const repeat of [(text: string) => text, (text: string) => `${text}, ${text}`]) {
    for (const [limit, remaining, reset] of [["100", "40", "20s"], ["100.0", "40.00", "20.0s"]]) {
      const headers = {
        "x-ratelimit-limit-requests": repeat(limit),
        "x-ratelimit-remaining-requests": repeat(remaining),
        "x-ratelimit-reset-requests": repeat(reset),
      };
      assertEquals(reportedLimits(headers, 0).requests, { limit: 100, remaining: 40, reset_ms: 20_000 });
    }
  }
});

Deno.test("of the organization's and the project's token limits, the one with less remaining is used", () => {
  const own = family("tokens", "1000", "900");
  assertEquals(reportedLimits({ ...own, ...family("project-tokens", "500", "20") }, NOW).tokens?.remaining, 20);
  assertEquals(reportedLimits({ ...own, ...family("project-tokens", "5000", "4000") }, NOW).tokens?.remaining, 900);
  assertEquals(reportedLimits(family("project-tokens", "500", "20"), NOW).tokens?.limit, 500);
});

Deno.test("FAULT 26: a wait in seconds, as a date, in the past, and far too long", () => {
  const cases: [Record<string, string>, number | null][] = [
    [{ "retry-after": "20" }, 20_000],
    [{ "retry-after": "0.5" }, 500],
    [{ "retry-after": "Sat, 21 Nov 2026 10:00:30 GMT" }, 30_000],
    [{ "retry-after": "Sat, 21 Nov 2026 09:00:00 GMT" }, 0],
    [{ "retry-after": "1000000000" }, DAY_MS],
    [{ "retry-after": "9".repeat(400) }, DAY_MS],
    [{ "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }, DAY_MS],
    [{ "retry-after-ms": "1e9" }, DAY_MS],
    [{ "retry-after-ms": "250", "retry-after": "20" }, 250],
    [{ "retry-after-ms": "-5", "retry-after": "20" }, 20_000],
    [{ "retry-after-ms": "soon" }, null],
    [{ "retry-after": "-5" }, null],
    [{ "retry-after": "soon 5" }, null],
    [{ "retry-after": "" }, null],
    [{}, null],
  ];
  for (const [headers, ms] of cases) assertEquals(retryAfter(headers, NOW), ms, JSON.stringify(headers));
});

Deno.test("for any headers, a wait is null or at most a day", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (ms, seconds) => {
    const wait = retryAfter({ "retry-after-ms": ms, "retry-after": seconds }, NOW);
    assert(wait === null || (wait >= 0 && wait <= DAY_MS));
  }));
});

Deno.test("remaining and reset are read only with a limit, and a wait only from status 400 on", () => {
  const asked: string[] = [];
  const get = (name: string) => (asked.push(name), name === "x-ratelimit-limit-tokens" ? "9" : "");
  assertEquals(limitHeaders(200, get), { "x-ratelimit-limit-tokens": "9" });
  assertEquals(asked.filter((name) => !name.includes("-limit-")).sort(), [
    "x-ratelimit-remaining-tokens",
    "x-ratelimit-reset-tokens",
  ]);
  const wait = (name: string) => name === "retry-after" ? "3" : null;
  assertEquals([limitHeaders(399, wait), limitHeaders(400, wait)], [{}, { "retry-after": "3" }]);
});

Deno.test("limits without a remaining count are ignored, and a limit of 15 digits is read", () => {
  const digits = "9".repeat(15);
  assertEquals(reportedLimits(family("tokens", digits, "0"), NOW).tokens?.limit, Number(digits));
  assertEquals(reportedLimits({ "x-ratelimit-limit-requests": "5" }, NOW).requests, null);
});
