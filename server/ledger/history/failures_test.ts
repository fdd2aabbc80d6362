import { assertEquals } from "../../../tests/support/assert.ts";
import { FAILURE_CLASSES, type FailureClass } from "../../../shared/history/history_names.ts";
import { failureClass } from "./failures.ts";

const CASES: [http_status: number | null, error_code: string | null, FailureClass][] = [
  [429, "rate_limit_exceeded", "rate_limited"],
  [429, null, "rate_limited"],
  [429, "requests", "rate_limited"],
  [200, "rate_limit_exceeded", "rate_limited"],
  [429, "insufficient_quota", "quota"],
  [429, "Insufficient_Quota", "quota"],
  [429, "billing_hard_limit_reached", "quota"],
  [500, null, "server"],
  [503, "overloaded", "server"],
  [529, null, "server"],
  [200, "server_error", "server"],
  [400, "context_length_exceeded", "client"],
  [401, "invalid_api_key", "client"],
  [404, "model_not_found", "client"],
  [499, null, "client"],
  [null, "connection_lost", "network"],
  [null, "timeout", "network"],
  [200, "connection_lost", "network"],
  [200, "malformed_answer", "network"],
  [null, null, "network"],
  [200, "content_filter", "other"],
  [307, "redirected", "other"],
];
for (const [http_status, error_code, expected] of CASES) {
  Deno.test(`a failure with status ${http_status} and code ${error_code} is of the class ${expected}`, () => {
    assertEquals(failureClass({ http_status, error_code }), expected);
  });
}

Deno.test("each class has a case", () => {
  assertEquals([...new Set(CASES.map(([, , name]) => name))].sort(), [...FAILURE_CLASSES].sort());
});
