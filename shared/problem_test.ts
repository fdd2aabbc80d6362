import { STATUS_CODES } from "node:http";
import { assert, assertEquals } from "../tests/support/assert.ts";
import { problem, PROBLEM_STATUS, type ProblemCode } from "./problem.ts";

const CODES = Object.keys(PROBLEM_STATUS) as ProblemCode[];

Deno.test("every code has a registered HTTP status for errors", () => {
  for (const code of CODES) {
    const { status } = problem(code, "No.");
    assert(status >= 400 && STATUS_CODES[status] !== undefined, `${code}: ${status}`);
  }
});

/** The service answers them with `x-should-retry: false`. */
const NOT_TO_BE_RETRIED = ["loop_detected", "upstream_redirected", "workspace_budget_exceeded"];

Deno.test("SDKs retry what a retry may help: refusals that pass with time, and faults of the service", () => {
  // The rule of OpenAI's SDKs.
  const isRetried = (code: ProblemCode) =>
    [408, 409, 429].includes(PROBLEM_STATUS[code]) || PROBLEM_STATUS[code] >= 500;
  const passing = /rate_limited|quota_exceeded|cooling_down|^too_many_|^reserved_elsewhere$|^key_revoked$/;
  const faults = /unavailable|unreachable|timeout|unwritable|^internal_error$/;
  for (const code of CODES.filter((code) => !NOT_TO_BE_RETRIED.includes(code))) {
    assertEquals(isRetried(code), passing.test(code) || faults.test(code), code);
  }
});

Deno.test("a title is the code in words, and codes and types are unique", () => {
  assertEquals(problem("key_expired", "No.").title, "Key expired");
  assertEquals(new Set(CODES.map((code) => problem(code, "").type)).size, CODES.length);
});
