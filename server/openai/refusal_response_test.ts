import { assertEquals } from "../../tests/support/assert.ts";
import { REFUSALS } from "./recorder.ts";
import { openAiError, refusalParts } from "./refusal_response.ts";

Deno.test("every refusal is an error as OpenAI shapes it, and forbids another try", () => {
  const statuses = REFUSALS.map((refused) => {
    const { status, headers, body } = refusalParts({ refused, message: "Cannot", retry_after_ms: null });
    assertEquals([headers["x-should-retry"], headers["retry-after"]], ["false", undefined]);
    assertEquals([JSON.parse(body).error.code, JSON.parse(body).error.message], [refused, "Cannot"]);
    return status;
  });
  assertEquals(statuses, [429, 429, 429, 429, 503, 429]);
});

Deno.test("a wait is told in seconds and milliseconds, rounded up", () => {
  const refusal = { refused: "workspace_rate_limited", message: "full", retry_after_ms: 1000.5 } as const;
  const { headers } = refusalParts(refusal);
  assertEquals([headers["retry-after"], headers["retry-after-ms"]], ["2", "1001"]);
});

Deno.test("an error's type follows its status", () => {
  const types = [400, 429, 503].map((status) => JSON.parse(openAiError(status, "c", "m")).error.type);
  assertEquals(types, ["invalid_request_error", "rate_limit_error", "server_error"]);
});
