import type { LimitsPreview, PreviewedRule } from "../../../../shared/budgets/limits_preview.ts";
import { assertEquals, assertMatch } from "../../../../tests/support/assert.ts";
import { limitText, previewSentence, refusedText, ruleLabel, scopeOf, useText } from "./preview_text.ts";

function preview(before: number, after: number, more: Partial<LimitsPreview> = {}): LimitsPreview {
  return {
    workspace_id: "acme",
    from: "2026-11-14T10:00:00.000Z",
    to: "2026-11-21T10:00:00.000Z",
    is_complete: true,
    calls: 40_112,
    current: { refused_calls: before, rules: [] },
    proposed: { refused_calls: after, rules: [] },
    ...more,
  };
}

Deno.test("one sentence says how many calls would have been refused, with these limits and with those in force", () => {
  assertEquals(
    previewSentence(preview(3, 128)),
    "With these limits 128 of 40,112 calls of the last 7 days would have been refused; with the limits in force, 3.",
  );
  assertMatch(previewSentence(preview(3, 0)), /^With these limits 0 of 40,112 calls .* in force, 3\.$/);
  assertMatch(previewSentence(preview(0, 0)), /^None of the calls of the last 7 days \(40,112\) would have been/);
  assertMatch(previewSentence(preview(0, 0, { calls: 0 })), /^No calls of the last 7 days are known/);
});

Deno.test("where earlier attempts are missing, the sentence says since when the calls are known", () => {
  assertMatch(
    previewSentence(preview(3, 128, { is_complete: false })),
    /^With these limits 128 of 40,112 calls since .*2026/,
  );
  assertMatch(previewSentence(preview(0, 0, { is_complete: false })), /^None of the calls since .*2026.* \(40,112\)/);
});

Deno.test("rules are said as the form says them; only a hard one refuses", () => {
  const rule: PreviewedRule = {
    scope: "app",
    name: "nightly",
    rule: "budget_week",
    mode: "hard",
    limit: "5.250000000",
    refused_calls: 2,
    highest: "5.250000001",
    highest_at: null,
  };
  assertEquals([ruleLabel("budget_week"), ruleLabel("tokens_per_day")], ["Budget a week", "Tokens a day"]);
  assertEquals([scopeOf(rule), scopeOf({ ...rule, scope: "workspace" })], [
    { part: "apps", name: "nightly" },
    { part: null },
  ]);
  assertEquals([limitText(rule.limit), limitText(50_000), useText(rule.highest), useText(7)], [
    "$5.25",
    "50,000",
    "$5.26",
    "7",
  ]);
  const modes = ["hard", "soft", "shadow"] as const;
  assertEquals(modes.map((mode) => refusedText({ ...rule, mode })), [
    "2 refused",
    "2 past it, only warned",
    "2 past it, only counted",
  ]);
});
