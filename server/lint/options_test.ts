import { assertEquals, assertThrows } from "../../tests/support/assert.ts";
import { denoPlugin } from "./deno_plugin.ts";
import { checkedOptions, schemaOf } from "./options.ts";

const WRONG: [options: unknown, said: string][] = [
  [null, "options are an object of allow, packages, hosts, client"],
  [["src"], "options are an object"],
  [{ alow: [] }, '"alow" is unknown; known are allow, packages, hosts, client'],
  [{ toString: [] }, '"toString" is unknown'],
  [{ allow: "src" }, '"allow" takes a list of texts'],
  [{ allow: [4] }, '"allow" takes a list of texts'],
  [{ packages: [""] }, '"packages" takes a list of texts'],
  [{ hosts: ["a", "a"] }, '"hosts" takes a list of texts'],
  [{ client: 4 }, '"client" takes a text'],
  [{ client: "" }, '"client" takes a text'],
  [{ allow: 1, client: 2 }, '"allow" takes a list of texts, each once; "client" takes a text'],
];

for (const [options, said] of WRONG) {
  Deno.test(`refused: ${JSON.stringify(options)}`, () => {
    assertThrows(() => checkedOptions(options), TypeError, `Cannot set up the lint rules: ${said}`);
  });
}

Deno.test("Deno's plugin says at once that an option is wrong", () => {
  const options = JSON.parse('{ "alow": ["src"] }');
  assertThrows(() => denoPlugin(options), TypeError, '"alow" is unknown');
});

Deno.test("what is right passes as it is", () => {
  const options = { allow: ["src/openai.ts"], packages: [], hosts: ["openai.azure.com"], client: "@acme/openai" };
  assertEquals(checkedOptions(options), options);
  assertEquals(checkedOptions({}), {});
});

Deno.test("a rule's schema knows its own options alone", () => {
  const { properties, additionalProperties } = schemaOf(["allow", "hosts"]);
  assertEquals(Object.keys(properties), ["allow", "hosts"]);
  assertEquals(additionalProperties, false);
});
