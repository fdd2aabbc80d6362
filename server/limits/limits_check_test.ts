import { assert, assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import { parseLimits } from "./limits_check.ts";

const faultsOf = (text: string) => {
  const parsed = parseLimits(text);
  assert("faults" in parsed, JSON.stringify(parsed));
  return parsed.faults as string[];
};

Deno.test("valid limits are returned as they are, an empty object included", () => {
  const limits = { default: { requests_per_minute: 5 }, workspaces: { acme: { tokens_per_day: null } } };
  assertEquals([parseLimits(JSON.stringify(limits)), parseLimits("{}")], [limits, {}]);
});

Deno.test("a fault names its place in the file, or the whole file", () => {
  const [whole] = faultsOf("[]");
  assert(whole.startsWith("the whole file: "), whole);
  const [part] = faultsOf('{"default": 5}');
  assert(part.startsWith("default: "), part);
  const [field] = faultsOf('{"default": {"tokens_per_day": 0}}');
  assert(field.startsWith("default.tokens_per_day: "), field);
});

Deno.test("text that is not JSON, or has a key __proto__, is one fault that says so", () => {
  const [broken, ...more] = faultsOf("{");
  assertEquals(more, []);
  assertStringIncludes(broken, "it is not valid JSON: ");
  assertStringIncludes(faultsOf('{"__proto__": {}}')[0], 'it has a key "__proto__"');
});

Deno.test("a long place is cut", () => {
  const [fault] = faultsOf(
    JSON.stringify({ workspaces: { acme: { models: { ["m".repeat(60)]: { ["x".repeat(400)]: 1 } } } } }),
  );
  assert(fault.length < 600, fault);
});
