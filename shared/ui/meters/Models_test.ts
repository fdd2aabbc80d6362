import { h } from "preact";
import { AT, FIXTURES } from "../../../tests/gallery/fixtures.ts";
import { assertEquals } from "../../../tests/support/assert.ts";
import { rendered, withClass } from "../../../tests/support/rendered.ts";
import { Meters } from "./Meters.tsx";

const elementsOf = (state: string) => rendered(h(Meters, { view: FIXTURES[state], now: AT }));
const texts = (state: string, name: string) => withClass(elementsOf(state), name).map(({ text }) => text);

Deno.test("of twenty models three are shown, and the others are behind one button", () => {
  const elements = elementsOf("many_models");
  const [others] = withClass(elements, "others");
  assertEquals(withClass(elements, "model").length, 20);
  assertEquals(others.text.startsWith("17 moreShow fewer"), true);
  assertEquals(texts("many_models", "name").slice(0, 3), ["gpt-5.6", "gpt-5.12", "gpt-5.18"]);
});

Deno.test("three models need no button", () => {
  assertEquals(withClass(elementsOf("model_calm"), "others"), []);
  assertEquals(texts("model_calm", "name"), ["gpt-5.4", "gpt-5.4-mini"]);
});

Deno.test("a model's line has its tightest limit, and a screen reader reads it in full", () => {
  const [summary] = elementsOf("model_calm").filter(({ tag }) => tag === "summary");
  const spoken = "Tokens a minute to gpt-5.4: 64 percent: 30,412 of 50,000 tokens used, 1,200 reserved, 18,388 left";
  assertEquals(summary.text, `gpt-5.4TPM64 % usedgpt-5.4: ${spoken}`);
});

Deno.test("unfolded it has every limit, under the limit's own name", () => {
  const meters = withClass(elementsOf("model_calm"), "meter").filter(({ props }) => props["data-model"] === "gpt-5.4");
  assertEquals(meters.map(({ props }) => props["data-meter"]), ["tokens_per_minute", "requests_per_minute"]);
  assertEquals(texts("model_calm", "long").slice(3, 5), ["Tokens a minute", "Requests a minute"]);
});

Deno.test("a limit of the provider alone has the provider's count on its bar", () => {
  const [name] = withClass(elementsOf("reported_alone"), "row");
  assertEquals(name.text, "gpt-5.4requests98 % used");
  const lines = ["98 % used at OpenAIused elsewhere: 32", "68 % used at OpenAIused elsewhere: 9,000"];
  assertEquals(texts("reported_alone", "reported").slice(0, 2), lines);
  assertEquals(withClass(elementsOf("reported_alone"), "tone-warning").length, 2);
});

Deno.test("a long name keeps both ends, and the whole name is in the tooltip", () => {
  const [name] = withClass(elementsOf("model_day_full"), "name");
  assertEquals(name.text, "ft:gpt-5.4-mini-…triage:9abcdefg");
  assertEquals(String(name.props.title).startsWith("ft:gpt-5.4-mini-2026-03-05:example"), true);
});
