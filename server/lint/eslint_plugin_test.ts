import { assert, assertEquals } from "../../tests/support/assert.ts";
import plugin from "./eslint_plugin.ts";

Deno.test("the recommended configuration turns on every rule of this plugin", () => {
  const { plugins, rules } = plugin.configs.recommended;
  assert(plugins["quota-gauge"] === plugin);
  assertEquals(Object.keys(rules), Object.keys(plugin.rules).map((name) => `quota-gauge/${name}`));
});

for (const [name, { meta }] of Object.entries(plugin.rules)) {
  Deno.test(`${name} has the metadata that ESLint requires`, () => {
    assertEquals(meta.type, "problem");
    assertEquals(meta.schema.map(({ additionalProperties }) => additionalProperties), [false]);
    assert(Object.keys(meta.messages).length > 0 && meta.docs.description.length > 0);
    assert(!("fixable" in meta), "a fix would need a workspace");
  });
}
