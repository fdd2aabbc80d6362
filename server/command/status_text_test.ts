import { stripVTControlCharacters } from "node:util";
import { assert, assertEquals } from "../../tests/support/assert.ts";
import { AT, FIXTURES } from "../../tests/gallery/fixtures.ts";
import { exitCode, statusLines, type TerminalStyle } from "./status_text.ts";

const PLAIN: TerminalStyle = { colour: false, unicode: true, width: 80 };
const lines = (name: string, style: Partial<TerminalStyle> = {}) =>
  statusLines(FIXTURES[name], AT, { ...PLAIN, ...style });
const names = Object.keys(FIXTURES);
const bare = stripVTControlCharacters;

Deno.test("one line a limit, with a bar of 20 cells", () => {
  assertEquals(lines("warning"), [
    "▲ acme: Warning",
    "  456 of 500 requests in the last 60 s",
    "  RPM  ███████████████████░  91%  456 of 500, clear in 47s, 41 left, 3 reserved",
    "  RPD  ███████░░░░░░░░░░░░░  32%  3,204 of 10,000, resets in 14h 00m, 6,796 left",
    "  TPM  █████████░░░░░░░░░░░  40%  58,420 of 150,000, clear in 47s, 89,780 left",
    "  live · just now",
  ]);
});

Deno.test("without UTF-8, bars and signs are ASCII", () => {
  const text = lines("warning", { unicode: false }).slice(0, -1).join("\n");
  assert(/^[\n -~]*$/.test(text), text);
  assert(text.includes("! acme") && text.includes("###################- "));
});

Deno.test("no line is wider than the terminal, and no number is cut", () => {
  for (const name of names) {
    for (const width of [40, 60, 80, 200]) {
      for (const line of lines(name, { width })) assert([...line].length <= width, `${name} at ${width}: ${line}`);
    }
  }
  assertEquals(lines("warning", { width: 50 })[2], "  RPM  ███████████████████░  91%  456 of 500");
});

Deno.test("colour changes nothing but the colour", () => {
  for (const name of names) assertEquals(lines(name, { colour: true }).map(bare), lines(name));
  assert(lines("warning", { colour: true })[0].includes("\u001b["));
});

Deno.test("a name from elsewhere cannot move the cursor", () => {
  const view = { ...FIXTURES.warning, workspace_id: "a\u001b[2J\r\n" };
  assertEquals(statusLines(view, AT, PLAIN)[0], "▲ a?[2J??: Warning");
});

Deno.test("exit codes: 0 normal, 1 warning, 2 full or exceeded, 3 unknown", () => {
  const codes = Object.groupBy(names, (name) => exitCode(FIXTURES[name]));
  assert([0, 1, 2, 3].every((code) => codes[code as 0]!.length > 0));
  for (const name of names) {
    const { connection, status } = FIXTURES[name];
    const expected = connection !== "live" && connection !== "polling"
      ? 3
      : { normal: 0, warning: 1, rate_limited: 2, quota_exceeded: 2, degraded: 3 }[status!.status];
    assertEquals(exitCode(FIXTURES[name]), expected, name);
  }
});
