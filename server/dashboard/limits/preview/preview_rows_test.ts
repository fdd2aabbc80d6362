import type { PreviewedRule } from "../../../../shared/budgets/limits_preview.ts";
import { assertEquals } from "../../../../tests/support/assert.ts";
import { isTelling, previewRows } from "./preview_rows.ts";

function rule(limit: number, more: Partial<PreviewedRule> = {}): PreviewedRule {
  return {
    scope: "workspace",
    rule: "requests_per_minute",
    mode: "hard",
    limit,
    refused_calls: 0,
    highest: 9,
    highest_at: null,
    ...more,
  };
}

const outcome = (...rules: PreviewedRule[]) => ({ refused_calls: 0, rules });

Deno.test("a rule stands beside the same one in force; a new one, and one that goes, stand alone", () => {
  const named = { scope: "app", rule: "budget_day", limit: "5.000000000" } as const;
  const [before, after, gone, fresh] = [
    rule(300),
    rule(200),
    rule(1, { ...named, name: "a" }),
    rule(1, {
      ...named,
      name: "b",
    }),
  ];
  const rows = previewRows({ current: outcome(before, gone), proposed: outcome(after, fresh) });
  assertEquals(rows.map(({ current, proposed }) => [current, proposed]), [[before, after], [null, fresh], [
    gone,
    null,
  ]]);
});

Deno.test("a rule that is observed is another one than the same one that refuses; a softer mode is a change", () => {
  const [hard, shadow] = [rule(300), rule(200, { mode: "shadow" })];
  assertEquals(previewRows({ current: outcome(hard, shadow), proposed: outcome(shadow, hard) }).length, 2);
  const rows = previewRows({ current: outcome(rule(1)), proposed: outcome(rule(1, { mode: "soft" })) });
  assertEquals(rows.map(isTelling), [true]);
});

Deno.test("rules that change come first, then those without room for calls, then the others", () => {
  const quiet = rule(1, { rule: "requests_per_day" });
  const full = rule(1, { rule: "tokens_per_day", refused_calls: 3 });
  const rows = previewRows({ current: outcome(quiet, full, rule(300)), proposed: outcome(quiet, full, rule(200)) });
  assertEquals(rows.map(({ proposed }) => proposed!.rule), [
    "requests_per_minute",
    "tokens_per_day",
    "requests_per_day",
  ]);
  assertEquals(rows.map(isTelling), [true, true, false]);
});
