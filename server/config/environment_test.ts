import { assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { ignoredLines, unknownNames } from "./environment.ts";
import { ignoredSentence, unknownSentence } from "./unknown_variables.ts";

const LINES: [string, string, number[]][] = [
  ["assignments, comments and blank lines", "A=1\n\n  # note\n export B = 'x' # why\nC=\n", []],
  ["values of several lines", "A=\"one\ntwo\nthree\"\nB='x\ny'\n", []],
  ["a name without a value", "PORT\nHOST=::1", [1]],
  ["a colon", "A=1\nPORT: 8787", [2]],
  ["a space", "PORT 8787\r\nA=1\r\n", [1]],
  ["a command", "echo hello", [1]],
  ["a key alone", "sk-secret", [1]],
];
for (const [name, text, lines] of LINES) {
  Deno.test(`.env: ${name} ${lines.length === 0 ? "are read" : "has no effect"}`, () => {
    assertEquals(ignoredLines(text), lines);
  });
}

Deno.test("only names that look like settings are named", () => {
  const names = ["QUOTA_MOD", "QUOTA_MODE", "QUOTA_KEY", "OPENAI_RATE_LIMIT_PER_MIN", "OPENAI_ORG_ID", "PATH", "PROT"];
  assertEquals(unknownNames(Object.fromEntries(names.map((name) => [name, "1"]))), [
    "QUOTA_MOD",
    "OPENAI_RATE_LIMIT_PER_MIN",
  ]);
});

Deno.test("a sentence names the setting that was probably meant, and never shows a value", () => {
  assertStringIncludes(unknownSentence("OPENAI_RATE_LIMIT_PER_MIN"), "did you mean OPENAI_RATE_LIMIT_PER_MINUTE?");
  assertEquals(
    unknownSentence("QUOTA_COLOUR_OF_EVERYTHING"),
    "QUOTA_COLOUR_OF_EVERYTHING is not a setting, so it has no effect",
  );
  assertStringIncludes(ignoredSentence(3, "QUOTA_TIMEZON Europe/Berlin"), "Line 3 of .env");
  assertStringIncludes(ignoredSentence(3, "QUOTA_TIMEZON Europe/Berlin"), "write QUOTA_TIMEZONE=value");
  assertEquals(ignoredSentence(1, "sk-secret"), 'Line 1 of .env has no "=", so it has no effect: write NAME=value');
});
