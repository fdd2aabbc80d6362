import { assertEquals } from "../../tests/support/assert.ts";
import { speaking } from "../../tests/support/speaking.ts";
import { numberText, say, sayCount, type Words } from "./say.ts";

const MORE = "{count} more";

function more(count: number): string {
  return sayCount(count, MORE, MORE);
}

Deno.test("a number takes the form that the language has for it", () => {
  const forms: Words = { [MORE]: { zero: "z", one: "1", two: "2", few: "f", many: "m", other: "o" } };
  using _ = speaking("ar", forms);
  assertEquals([0, 1, 2, 3, 11, 100].map(more), ["z", "1", "2", "f", "m", "o"]);
});

Deno.test("English has a form for one and a form for others", () => {
  const forms = [0, 1, 2].map((count) => sayCount(count, "one more", MORE));
  assertEquals(forms, ["0 more", "one more", "2 more"]);
});

Deno.test("numbers are written as in the reader's region", () => {
  const both = () => [more(12_345), numberText(28_456_789, "compact")];
  assertEquals(both(), ["12,345 more", "28.45M"]);
  using _ = speaking("de", { [MORE]: "{count} weitere" });
  assertEquals(both(), ["12.345 weitere", "28,45\u00a0Mio."]);
  using _swiss = speaking("de-CH", { [MORE]: "{count} weitere" });
  assertEquals(both()[0], "12’345 weitere");
});

Deno.test("a text that a language lacks is said in English", () => {
  using _ = speaking("ja", {});
  assertEquals(say("Cannot reach {host}", { host: "a.dev" }), "Cannot reach a.dev");
});

Deno.test("in a language from right to left, names keep their own direction", () => {
  using _ = speaking("ar", { "Cannot reach {host}": "تعذّر الوصول إلى {host}" });
  assertEquals(say("Cannot reach {host}", { host: "a.dev" }), "تعذّر الوصول إلى \u2068a.dev\u2069");
});

Deno.test("in a language from right to left, a text made of such names runs as the language does", () => {
  using _ = speaking("ar", { "{limit} to {model}": "{limit} إلى {model}", "{first}, {second}": "{first}، {second}" });
  const limit = say("{limit} to {model}", { limit: "RPM", model: "gpt-5.4" });
  assertEquals(say("{first}, {second}", { first: limit, second: "x" }), `\u2067${limit}\u2069، \u2068x\u2069`);
});

Deno.test("a value that looks like a name in braces is left alone", () => {
  assertEquals(say("Cannot reach {host}", { host: "{host}" }), "Cannot reach {host}");
});

Deno.test("the place of a text is not said", () => {
  assertEquals(say("now|badge"), "now");
  using _ = speaking("de", { "now|badge": "0 s", "now": "jetzt" });
  assertEquals(say("now|badge"), "0 s");
});

Deno.test("small whole numbers are written as Intl writes them, in every language", () => {
  for (const tag of ["en-US", "en-IN", "de-CH", "fr-CA", "es-MX", "ja", "zh-CN", "ar", "ar-EG"]) {
    using _ = speaking(tag);
    for (const number of [0, 7, 42, 999]) {
      assertEquals(numberText(number), new Intl.NumberFormat(tag).format(number), tag);
    }
  }
});

Deno.test("a million is an M in every region of English", () => {
  for (const tag of ["en-GB", "en-US", "en-AU", "en-IN", "en-ZA"]) {
    using _ = speaking(tag);
    assertEquals(numberText(1_284_310, "compact"), "1.28M", tag);
  }
});
