import { VARIABLES } from "../../config/variables.ts";
import { assert, assertEquals, assertStringIncludes } from "../../../tests/support/assert.ts";
import { checkSettings } from "./settings.ts";

const found = (environment: Record<string, string>) =>
  checkSettings(environment).findings.map(({ level, text }) => [level, text]);

Deno.test("right settings are one line, which names those that are set and none of their values", () => {
  const count = Object.keys(VARIABLES).length;
  assertEquals(found({}), [["ok", `all ${count} are right; none is set`]]);
  const [[, text]] = found({ PORT: "9000", OPENAI_API_KEY: "sk-secret", QUOTA_MODE: " " });
  assertEquals(text, `all ${count} are right; set are PORT, OPENAI_API_KEY`);
});

Deno.test("each wrong setting is a line with the values that it accepts; a secret is not printed", () => {
  const { config, findings } = checkSettings({ PORT: "x", QUOTA_ADMIN_KEY: "too short" });
  assertEquals([config, findings.map(({ level }) => level)], [null, ["fail", "fail"]]);
  assertStringIncludes(findings[0].text, 'PORT="x": accepts 0 to 65535');
  assert(!findings[1].text.includes("too short"));
});

for (
  const [name, isUnknown] of [
    ["QUOTA_MOD", true],
    ["OPENAI_RATE_LIMIT", true],
    ["QUOTA_KEY", false],
    ["OPENAI_ORG_ID", false],
  ] as const
) {
  Deno.test(`${name} ${isUnknown ? "looks like a setting and is none" : "is no mistake"}`, () => {
    assertEquals(found({ [name]: "1" }).some(([level]) => level === "warn"), isUnknown);
  });
}
