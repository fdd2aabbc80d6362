import { assertEquals, assertThrows } from "../../tests/support/assert.ts";
import { denoPlugin } from "./deno_plugin.ts";
import { checkedOptions, schemaOf } from "./options.ts";

const WRONG: [options: unknown, said: string][] = [
  [null, "options must be an object of allow, packages, hosts, client"],
  [["src"], "options must be an object"],
  [{ alow: [] }, '"alow" is unknown; use allow, packages, hosts, client'],
  [{ toString: [] }, '"toString" is unknown'],
  [{ allow: "src" }, '"allow" must be a list of distinct, non-empty strings'],
  [{ allow: [4] }, '"allow" must be a list of distinct, non-empty strings'],
  [{ packages: [""] }, '"packages" must be a list of distinct, non-empty strings'],
  [{ hosts: ["a", "a"] }, '"hosts" must be a list of distinct, non-empty strings'],
  [{ client: 4 }, '"client" must be a non-empty string'],
  [{ client: "" }, '"client" must be a non-empty string'],
  [
    { allow: 1, client: 2 },
    '"allow" must be a list of distinct, non-empty strings; "client" must be a non-empty string',
  ],
];

for (const [options, said] of WRONG) {
  Deno.test(`invalid options throw: ${JSON.stringify(options)}`, () => {
    assertThrows(() => checkedOptions(options), TypeError, `Cannot set up the lint rules: ${said}`);
  });
}

Deno.test("Deno's plugin throws for an invalid option when it is created", () => {
  const options = JSON.parse('{ "alow": ["src"] }');
  assertThrows(() => denoPlugin(options), TypeError, '"alow" is unknown');
});

Deno.test("valid options are returned unchanged", () => {
  const options = { allow: ["src/openai.ts"], packages: [], hosts: ["openai.azure.com"], client: "@acme/openai" };
  assertEquals(checkedOptions(options), options);
  assertEquals(checkedOptions({}), {});
});

Deno.test("a rule's schema has only the options of that rule", () => {
  const { properties, additionalProperties } = schemaOf(["allow", "hosts"]);
  assertEquals(Object.keys(properties), ["allow", "hosts"]);
  assertEquals(additionalProperties, false);
});
