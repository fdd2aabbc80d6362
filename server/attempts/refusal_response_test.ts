import { assertEquals } from "../../tests/support/assert.ts";
import { REFUSALS } from "./recorder.ts";
import { openAiError, refusalParts } from "./refusal_response.ts";

Deno.test("every refusal is an error in OpenAI's shape and forbids a retry", () => {
  const statuses = REFUSALS.map((refused) => {
    const { status, headers, body } = refusalParts({ refused, message: "Cannot", retry_after_ms: null });
    assertEquals([headers["x-should-retry"], headers["retry-after"]], ["false", undefined]);
    assertEquals([JSON.parse(body).error.code, JSON.parse(body).error.message], [refused, "Cannot"]);
    return status;
  });
  assertEquals(statuses, [429, 429, 429, 429, 429, 503, 429, 403, 409]);
});

Deno.test("a wait is sent in seconds and in milliseconds, rounded up", () => {
  const refusal = { refused: "workspace_rate_limited", message: "full", retry_after_ms: 1000.5 } as const;
  const { headers } = refusalParts(refusal);
  assertEquals([headers["retry-after"], headers["retry-after-ms"]], ["2", "1001"]);
});

Deno.test("a refusal by a limit has our limits in the provider's headers, and in the standard ones", () => {
  const limits = {
    requests: { limit: 500, remaining: 0, reset_ms: 61_000 },
    tokens: { limit: 150_000, remaining: 20, reset_ms: 12 },
  };
  const refusal = { refused: "workspace_rate_limited", message: "full", retry_after_ms: 1000, limits } as const;
  const { headers } = refusalParts(refusal);
  const told = Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("x-ratelimit-")));
  assertEquals(told, {
    "x-ratelimit-limit-requests": "500",
    "x-ratelimit-remaining-requests": "0",
    "x-ratelimit-reset-requests": "1m1s",
    "x-ratelimit-limit-tokens": "150000",
    "x-ratelimit-remaining-tokens": "20",
    "x-ratelimit-reset-tokens": "12ms",
  });
  assertEquals(headers["ratelimit-policy"], '"requests";q=500, "tokens";q=150000');
  assertEquals(headers.ratelimit, '"requests";r=0;t=61, "tokens";r=20;t=1');
  const none = refusalParts({ refused: "ledger_unavailable", message: "", retry_after_ms: 5000 });
  assertEquals(Object.keys(none.headers).filter((name) => name.includes("ratelimit")), []);
});

Deno.test("an error's type follows its status", () => {
  const types = [400, 429, 503].map((status) => JSON.parse(openAiError(status, "c", "m")).error.type);
  assertEquals(types, ["invalid_request_error", "rate_limit_error", "server_error"]);
});
