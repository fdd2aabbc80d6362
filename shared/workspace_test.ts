import { assertEquals } from "../tests/support/assert.ts";
import { parseWorkspaceId } from "./workspace.ts";

const CASES: [text: string, id: string | null][] = [
  ["acme", "acme"],
  ["Acme-2_B", "acme-2_b"],
  ["7", "7"],
  ["a".repeat(64), "a".repeat(64)],
  ["a".repeat(65), null],
  ["", null],
  ["-acme", null],
  ["_acme", null],
  ["__proto__", null],
  ["..", null],
  ["a/b", null],
  ["a b", null],
  [" acme", null],
  ["acme\n", null],
  ["a\u202eb", null],
  ["\u212aelvin", "kelvin"], // The sign for kelvin is the letter K in NFC.
  ["é", null],
];

for (const [text, id] of CASES) {
  Deno.test(`workspace id: ${JSON.stringify(text)} → ${id}`, () => assertEquals(parseWorkspaceId(text), id));
}
