/** The examples in doc comments run as tests (`deno test --doc`), so each must be able to fail. */
import { assert, assertEquals } from "../support/assert.ts";
import { exampleFaults } from "./examples.ts";
import { productSources } from "./sources.ts";

Deno.test("every doc example has an assertion that throws", async () => {
  const sources = await productSources(["shared", "server", "extension", "demo", "tests/support"]);
  assert(sources.some(({ text }) => text.includes("```ts")), "no example was found");
  assertEquals(sources.flatMap(({ path, text }) => exampleFaults(path, text)), []);
});

const example = (...code: string[]) =>
  ["/**", " * ```ts", ...code.map((line) => ` * ${line}`), " * ```", " */"].join("\n");

Deno.test("console.assert in an example is a fault, because it only prints", () => {
  const text = example('import assert from "node:assert/strict";', "assert(true);", "console.assert(1 > 2);");
  assertEquals(exampleFaults("a.ts", text), ["a.ts:5 console.assert does not throw: use node:assert/strict"]);
});

Deno.test("an example without an assertion is a fault", () => {
  assertEquals(exampleFaults("a.ts", example("open();")), ["a.ts:2 the example asserts nothing"]);
});

Deno.test("an example with a throwing assertion is correct", () => {
  assertEquals(exampleFaults("a.ts", example("assert.equal(1 + 1, 2);")), []);
});
