import { assertEquals } from "../../../tests/support/assert.ts";
import type { AttemptRow } from "../../ledger/ledger.ts";
import { failureMessage, rateLimitMessage, slowMessage } from "./messages.ts";

const row = (http_status: number | null, error_code: string | null) => ({ http_status, error_code }) as AttemptRow;

Deno.test("a rate limit names its status or that the answer broke off, its code and its pool", () => {
  assertEquals(
    [
      rateLimitMessage(row(429, "slow_down"), "gpt-5.4"),
      rateLimitMessage(row(429, null), "unknown"),
      rateLimitMessage(row(200, "rate_limit_exceeded"), "o5"),
    ],
    [
      "OpenAI answered 429 (slow_down) for gpt-5.4",
      "OpenAI answered 429 (rate limit)",
      "OpenAI broke off its answer (rate_limit_exceeded) for o5",
    ],
  );
});

Deno.test("a failure names its status and code as far as there are any", () => {
  assertEquals([
    failureMessage(row(500, "server_error")),
    failureMessage(row(503, null)),
    failureMessage(row(null, null)),
  ], [
    "OpenAI's answers fail: 500 (server_error)",
    "OpenAI's answers fail: 503",
    "OpenAI's answers fail: no answer",
  ]);
});

Deno.test("a usual time below half a second is shown as one second", () => {
  assertEquals(
    slowMessage({ pool: "o5", now_ms: 12_400, usual_ms: 300, until_ms: 0 }),
    "OpenAI answers slowly: streams of o5 begin after 12 s, usually after 1 s",
  );
});
