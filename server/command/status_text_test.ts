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
    "▲ acme  92 % of requests a minute used",
    "  456 of 500 requests in the last 60 s",
    "  RPM  ███████████████████░  92 %  456 of 500, frees up in 47 s, 41 left",
    "  RPD  ███████░░░░░░░░░░░░░  33 %  3,204 of 10,000, resets in 14 h 00 min",
    "  TPM  █████████░░░░░░░░░░░  41 %  58,420 of 150,000, frees up in 47 s",
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
    for (const width of [20, 40, 60, 80, 200]) {
      for (const line of lines(name, { width })) assert([...line].length <= width, `${name} at ${width}: ${line}`);
    }
  }
  assertEquals(lines("warning", { width: 70 })[2], "  RPM  ███████████████████░  92 %  456 of 500, frees up in 47 s");
});

Deno.test("in a narrow terminal, the numbers are on a line of their own", () => {
  assertEquals(
    lines("model_full", { width: 40 }),
    [
      "■ acme  Full for gpt-5.4: opens in 12 s",
      "  50 of 50 requests to gpt-5.4 in the",
      "  last 60 s",
      "  RPM  ██████░░░░░░░░░░░░░░  26 %",
      "       127 of 500, frees up in 47 s",
    ].concat(lines("model_full", { width: 40 }).slice(5)),
  );
});

Deno.test("a sentence is never cut, however narrow the terminal", () => {
  for (const name of names) {
    const [, wide] = lines(name, { width: 1000 });
    for (const width of [20, 40, 80]) {
      const text = lines(name, { width }).join(" ").replace(/\s+/g, "");
      assert(
        text.includes(wide.replace(/\s+/g, "")) || wide.includes("█") || wide.includes("░"),
        `${name} at ${width}`,
      );
    }
  }
});

Deno.test("a long name of a model is shortened; its numbers stay", () => {
  const view = structuredClone(FIXTURES.model_full);
  for (const model of view.status!.models ?? []) model.model = "ft:gpt-5.4:acme:a-long-name:abcdefgh";
  for (const unicode of [true, false]) {
    const text = statusLines(view, AT, { ...PLAIN, unicode, width: 40 }).join("\n");
    assert(text.includes(`${unicode ? "ft:gpt-5.4:acme…" : "ft:gpt-5.4:ac..."}, 50 of 50`), text);
  }
});

Deno.test("colour changes nothing but the colour", () => {
  for (const name of names) assertEquals(lines(name, { colour: true }).map(bare), lines(name));
  assert(lines("warning", { colour: true })[0].includes("\u001b["));
});

Deno.test("a name from elsewhere cannot move the cursor", () => {
  const view = { ...FIXTURES.warning, workspace_id: "a\u001b[2J\r\n" };
  assertEquals(statusLines(view, AT, PLAIN)[0], "▲ a?[2J??  92 % of requests a minute used");
});

Deno.test("exit codes: 0 normal, 1 warning, 2 full or exceeded, 3 unknown", () => {
  const codes = Object.groupBy(names, (name) => exitCode(FIXTURES[name]));
  assert([0, 1, 2, 3].every((code) => codes[code as 0]!.length > 0));
  for (const name of names) {
    const { connection, status } = FIXTURES[name];
    const expected = connection !== "live" && connection !== "polling"
      ? 3
      : { normal: 0, warning: 1, rate_limited: 2, quota_exceeded: 2, degraded: 3 }[status!.status] ?? 3;
    assertEquals(exitCode(FIXTURES[name]), expected, name);
  }
});

Deno.test("the bars of numbers that are not current have the colour of no warning", () => {
  const colours = (name: string) =>
    lines(name, { colour: true }).filter((line) => /[█░]/.test(line)).map((line) => /\[\d+m/.exec(line)?.[0]);
  const [freshness] = lines("stale", { colour: true }).slice(-1);
  const unsure = /\[\d+m/.exec(freshness)![0];
  assertEquals([...new Set(colours("stale"))], [unsure]);
  assert(!colours("warning").includes(unsure));
});
