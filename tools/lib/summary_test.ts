import { assertEquals } from "../../tests/support/assert.ts";
import { testSums, verdict } from "./summary.mjs";

const RUNS = `
running 2 tests from ./a_test.ts
ok | 2 passed | 0 failed (5ms)
\u001b[0m\u001b[31mFAILED\u001b[0m | 12 passed (3 steps) | 1 failed (2 steps) | 4 filtered out (1s)
`;

Deno.test("the counts of several runs are added up, with and without colours", () => {
  assertEquals(testSums(RUNS), { passed: 14, failed: 1, filtered: 4 });
});

Deno.test("a line that a test prints is not mistaken for a summary", () => {
  const output = "it was ok | 2 passed | 0 failed\n  ok | 3 passed | 0 failed";
  assertEquals(testSums(output), { passed: 0, failed: 0, filtered: 0 });
});

Deno.test("tests that a filter leaves out are counted, with and without ignored tests", () => {
  const output = "ok | 0 passed | 0 failed | 3 ignored | 1626 filtered out (21s)";
  assertEquals(testSums(output), { passed: 0, failed: 0, filtered: 1626 });
});

Deno.test("a gate that fails outside the tests is one failure", () => {
  assertEquals(verdict("ok | 2 passed | 0 failed (5ms)", 1), { passed: 2, failed: 1 });
});

Deno.test("a run without tests is a failure", () => {
  assertEquals(verdict("ok | 0 passed | 0 failed | 9 filtered out (5ms)", 0), { passed: 0, failed: 1 });
});
