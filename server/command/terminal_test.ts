import { assertEquals } from "../../tests/support/assert.ts";
import { screenOf } from "./terminal.ts";

const SIZE = { columns: 80, rows: 24 };
const UTF8 = { LANG: "en_US.UTF-8", TERM: "xterm" };
const FULL = { colour: true, unicode: true, width: 80, height: 24 };

type Case = [name: string, env: Record<string, string>, size: typeof SIZE | null, expected: object];

const CASES: Case[] = [
  ["a terminal", UTF8, SIZE, {}],
  ["NO_COLOR", { ...UTF8, NO_COLOR: "1" }, SIZE, { colour: false }],
  ["an empty NO_COLOR", { ...UTF8, NO_COLOR: "" }, SIZE, {}],
  ["TERM=dumb", { ...UTF8, TERM: "dumb" }, SIZE, { colour: false, height: null }],
  ["a pipe", UTF8, null, { colour: false, width: 120, height: null }],
  ["a terminal without a size", UTF8, { columns: 0, rows: 0 }, { width: 120, height: null }],
  ["a locale without UTF-8", { LANG: "C" }, SIZE, { unicode: false }],
  ["LC_ALL, which goes before LANG", { ...UTF8, LC_ALL: "POSIX" }, SIZE, { unicode: false }],
];

for (const [name, env, size, expected] of CASES) {
  Deno.test(`the screen of ${name}`, () => assertEquals(screenOf(env, size, "linux"), { ...FULL, ...expected }));
}

Deno.test("Windows has no locale variables and writes UTF-8", () => {
  assertEquals(screenOf({}, SIZE, "windows").unicode, true);
});
