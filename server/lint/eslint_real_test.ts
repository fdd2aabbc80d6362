/** The plugin in the real ESLint, with its parser, scopes and check of options. */
import { Linter } from "eslint";
import { assertEquals, assertStringIncludes } from "../../tests/support/assert.ts";
import plugin from "./eslint_plugin.ts";

const RULES = { "quota-gauge/no-untracked-openai": "error", "quota-gauge/no-raw-openai-fetch": "error" };

function lint(code: string, rules: Record<string, unknown> = RULES, filename = "src/job.js") {
  const config = { files: ["**/*.js"], plugins: { "quota-gauge": plugin }, rules };
  return new Linter({ configType: "flat" }).verify(code, [config] as Parameters<Linter["verify"]>[1], filename);
}

Deno.test("ESLint reports every untracked import, and nothing else", () => {
  const found = lint(`
    import OpenAI from "openai";
    import { APIError } from "openai";
    export { AzureOpenAI } from "openai";
    const late = import("openai");
    fetch("https://api.openai.com/v1/models");
    fetch("https://example.com/v1/models");
  `);
  assertEquals(found.map(({ line, ruleId }) => [line, ruleId]), [
    [2, "quota-gauge/no-untracked-openai"],
    [4, "quota-gauge/no-untracked-openai"],
    [5, "quota-gauge/no-untracked-openai"],
    [6, "quota-gauge/no-raw-openai-fetch"],
  ]);
  assertStringIncludes(found[0].message, "quota-gauge");
});

Deno.test("ESLint passes options to the rules and rejects an invalid one by the schema", () => {
  const allowed = { "quota-gauge/no-untracked-openai": ["error", { allow: ["src/**"] }] };
  assertEquals(lint('import OpenAI from "openai";', allowed), []);
  const wrong = { "quota-gauge/no-untracked-openai": ["error", { alow: [] }] };
  let refused = "";
  try {
    refused = lint("", wrong).map(({ message }) => message).join();
  } catch (error) {
    refused = String(error);
  }
  assertStringIncludes(refused, "alow");
});
