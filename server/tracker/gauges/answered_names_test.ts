import { assertEquals } from "../../../tests/support/assert.ts";
import { AnsweredNames } from "./answered_names.ts";

Deno.test("an answer that names no model has the name that is expected", () => {
  const names = new AnsweredNames();
  const lost = { model: "ours", requested_model: "ours", usage_source: "unknown" } as const;
  assertEquals(names.modelOf(lost), "ours");
  assertEquals(names.modelOf({ ...lost, model: "gpt-5.4", usage_source: "counted" }), "gpt-5.4");
  assertEquals(names.modelOf(lost), "gpt-5.4");
  assertEquals(names.modelOf({ ...lost, usage_source: "none" }), "gpt-5.4");
  // A report of an older client has one name.
  assertEquals(names.modelOf({ ...lost, requested_model: null }), "gpt-5.4");
  assertEquals(names.modelOf({ ...lost, model: null, requested_model: null }), null);
});

Deno.test("the last answer decides, also one under the requested name", () => {
  const names = new AnsweredNames();
  names.learn("ours", "gpt-5.4");
  names.learn("ours", "o5");
  assertEquals(names.expected("ours"), "o5");
  assertEquals(names.modelOf({ model: "ours", requested_model: "ours", usage_source: "counted" }), "ours");
  assertEquals(names.expected("ours"), "ours");
});

Deno.test("of invented names the newest are remembered", () => {
  const names = new AnsweredNames();
  for (let at = 0; at < 300; at++) names.learn(`name-${at}`, "gpt-5.4");
  assertEquals([names.expected("name-99"), names.expected("name-100")], ["name-99", "gpt-5.4"]);
});
