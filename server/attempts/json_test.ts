import { assertEquals } from "../../tests/support/assert.ts";
import { fieldsOf, parseJson, shortText } from "./json.ts";

Deno.test("invalid JSON parses to undefined, and JSON's null to null", () => {
  assertEquals(["{", "", "<html>", "null", "[1]"].map(parseJson), [undefined, undefined, undefined, null, [1]]);
});

Deno.test("only an object has fields", () => {
  assertEquals([null, undefined, "text", 5, true].map(fieldsOf), [{}, {}, {}, {}, {}]);
  assertEquals(fieldsOf({ a: 1 }), { a: 1 });
});

Deno.test("a short text is a non-empty string of at most 200 characters", () => {
  assertEquals(["", 5, null, undefined, {}].map(shortText), [null, null, null, null, null]);
  assertEquals([shortText("gpt"), shortText("x".repeat(201))], ["gpt", "x".repeat(200)]);
});
