import { assertEquals, assertStringIncludes, assertThrows } from "../../tests/support/assert.ts";
import { runPrices } from "./prices.ts";
import { UsageError } from "./usage_error.ts";

const TODAY = Date.parse("2026-12-07T12:00:00Z");

function run(args: string[], files: Record<string, string> = {}) {
  const lines: string[] = [];
  const readFile = (path: string) => {
    if (path in files) return files[path];
    throw new Error("No such file");
  };
  const code = runPrices(args, { now: () => TODAY, readFile, print: (text) => void lines.push(text) });
  return { code, text: lines.join("\n") };
}

Deno.test("all prices are listed, with their age", () => {
  const { code, text } = run([]);
  assertEquals(code, 0);
  assertStringIncludes(text, "Prices on 2026-12-07");
  assertStringIncludes(text, "10 days old");
  assertEquals(/^gpt-4o +priority +4.25 +2.125 +17$/m.test(text), true, text);
  assertEquals(/^gpt-5.4 +default +2.5 +0.25 +15 .*input above 271999 input tokens 5/m.test(text), true, text);
});

Deno.test("a model has its prices by tier, also on another day", () => {
  assertStringIncludes(run(["gpt-4o-2024-08-06"]).text, "default   2.5");
  assertStringIncludes(run(["gpt-5.6-terra", "--day", "2026-07-29"]).text, "default   2.5");
  assertStringIncludes(run(["gpt-5.6-terra", "--day", "2026-07-30"]).text, "default   2 ");
  const { code, text } = run(["gpt-tomorrow"]);
  assertEquals(code, 1);
  assertStringIncludes(text, "its calls are unpriced");
});

Deno.test("the differences of two lists are named: files, days, and now", () => {
  const old = JSON.parse(run(["--json"]).text);
  old.prices["gpt-4o default"].input = "2.6";
  old.prices["gone default"] = { input: "1" };
  delete old.prices["gpt-4o flex"];
  const { code, text } = run(["--diff", "old.json"], { "old.json": JSON.stringify(old) });
  assertEquals(code, 1);
  assertEquals(text.split("\n"), [
    "gone default: no longer known, was input 1",
    "gpt-4o default: input 2.6 → 2.5",
    "gpt-4o flex: new, input 1.25, cached_input 0.625, output 5",
    "3 differences.",
  ]);
  assertStringIncludes(run(["--diff", "2026-07-29", "2026-07-30"]).text, "gpt-5.6-terra default: input 2.5 → 2");
  assertEquals(run(["--diff", "now", "2026-12-07"]), { code: 0, text: "No price differs." });
});

Deno.test("a list or an option that cannot be read is named", () => {
  const files = { "bad.json": "{", "other.json": '{"prices":{"a":{"input":1}}}' };
  for (const args of [["--diff"], ["--diff", "gone.json"], ["--diff", "bad.json"], ["--diff", "other.json"]]) {
    assertThrows(() => run(args, files), UsageError);
  }
  for (const args of [["--day"], ["--day", "soon"], ["a", "b"], ["--all"]]) assertThrows(() => run(args), UsageError);
});
