import { assertEquals } from "../../../tests/support/assert.ts";
import { exposition, gauge, type Sample } from "./exposition.ts";

const VALUES: [name: string, value: string, written: string][] = [
  ["a plain value", "gpt-5.4", "gpt-5.4"],
  ["quotes", 'a "b"', 'a \\"b\\"'],
  ["a backslash", "a\\n", "a\\\\n"],
  ["a line break", "a\nb", "a\\nb"],
  ["a pair of surrogates", "\u{1f600}", "\u{1f600}"],
  ["half a pair, which is no UTF-8", "a\ud83d", "a\ufffd"],
  ["all of them", '\\"\n\udc00', '\\\\\\"\\n\ufffd'],
];

for (const [name, value, written] of VALUES) {
  Deno.test(`the value of a label: ${name}`, () => {
    const text = exposition([gauge("used", "Used.", [{ labels: { model: value }, value: 1 }])]);
    assertEquals(text, `# HELP used Used.\n# TYPE used gauge\nused{model="${written}"} 1\n`);
  });
}

Deno.test("a sample without labels has no braces, and several labels are separated by commas", () => {
  const samples: Sample[] = [{ value: 1 }, { labels: {}, value: 2 }, { labels: { a: "x", b: "y", c: "z" }, value: 3 }];
  const [, , ...lines] = exposition([gauge("used", "Used.", samples)]).trimEnd().split("\n");
  assertEquals(lines, ["used 1", "used 2", 'used{a="x",b="y",c="z"} 3']);
});

Deno.test("a metric without samples is left out", () => {
  assertEquals(
    exposition([gauge("none", "None.", []), gauge("used", "Used.", 0)]),
    [
      "# HELP used Used.",
      "# TYPE used gauge",
      "used 0",
      "",
    ].join("\n"),
  );
});
