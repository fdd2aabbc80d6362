/** The examples in doc comments run as tests (`deno test --doc`), so each must be able to fail. */
import { assert, assertEquals } from "../support/assert.ts";
import { exampleFaults } from "./examples.ts";
import { productSources } from "./sources.ts";

Deno.test("every doc example asserts something, and throws when that is false", async () => {
  const sources = await productSources(["shared", "server", "extension", "demo", "tests/support"]);
  assert(sources.some(({ text }) => text.includes("```ts")), "no example was found");
  assertEquals(sources.flatMap(({ path, text }) => exampleFaults(path, text)), []);
});

const example = (...code: string[]) =>
  ["/**", " * ```ts", ...code.map((line) => ` * ${line}`), " * ```", " */"].join("\n");

Deno.test("an example that uses console.assert is a fault: it prints and goes on", () => {
  const text = example('import assert from "node:assert/strict";', "assert(true);", "console.assert(1 > 2);");
  assertEquals(exampleFaults("a.ts", text), ["a.ts:5 console.assert does not throw: use node:assert/strict"]);
});

Deno.test("an example without an assertion is a fault", () => {
  assertEquals(exampleFaults("a.ts", example("open();")), ["a.ts:2 the example asserts nothing"]);
});

Deno.test("an example that asserts and throws is none", () => {
  assertEquals(exampleFaults("a.ts", example("assert.equal(1 + 1, 2);")), []);
});
