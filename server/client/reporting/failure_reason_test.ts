import { assertEquals } from "../../../tests/support/assert.ts";
import { failureReason } from "./failure_reason.ts";

const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
const REASONS: [unknown, string][] = [
  [new TypeError("fetch failed", { cause: refused }), "it cannot be reached"],
  [new DOMException("The operation timed out", "TimeoutError"), "it did not answer within 250 ms"],
  [new SyntaxError("Unexpected token '<'"), "its answer is not JSON"],
  [new TypeError("fetch failed", { cause: new Error("unexpected redirect") }), "it answered with a redirect"],
  [new TypeError("Redirect was not allowed"), "it answered with a redirect"],
  [new TypeError("terminated"), "the connection to it was lost"],
  ["gone", "the connection to it was lost"],
];

for (const [error, reason] of REASONS) {
  Deno.test(`${error} is told as a sentence`, () => {
    assertEquals(failureReason(error, 250).split(". ")[0], reason);
  });
}
