import { assertEquals } from "../../../tests/support/assert.ts";
import type { OwnLimits } from "../../../shared/limits.ts";
import { isComplete, isSame, PARTS, rulesOf, scopesOf, withBudget, withPart, withRules } from "./draft.ts";

const WHOLE = { part: null } as const;

Deno.test("a limit is set, removed and inherited, for the workspace and for a model", () => {
  const own = withRules<OwnLimits>({ requests_per_day: 9 }, WHOLE, { requests_per_minute: 300 });
  assertEquals(own, { requests_per_day: 9, requests_per_minute: 300 });
  assertEquals(withRules(own, WHOLE, { requests_per_day: undefined }), { requests_per_minute: 300 });
  const of = withRules<OwnLimits>({}, { part: "models", name: "gpt-5.4" }, { tokens_per_day: null });
  assertEquals(of, { models: { "gpt-5.4": { tokens_per_day: null } } });
});

Deno.test("a budget is set, removed and inherited, and the last one takes its list along", () => {
  const scope = { part: "apps", name: "nightly" } as const;
  const one = withBudget<OwnLimits>({}, scope, "day", "20");
  assertEquals(one, { apps: { nightly: { budgets: { day: "20" } } } });
  const two = withBudget(withRules(one, scope, { budget_mode: "soft" }), scope, "month", null);
  assertEquals(two.apps, { nightly: { budgets: { day: "20", month: null }, budget_mode: "soft" } });
  assertEquals(withBudget(one, scope, "day", undefined), { apps: { nightly: {} } });
});

Deno.test("a part comes without rules and goes with its own, whatever its name is", () => {
  for (const part of PARTS) {
    const own = withPart<OwnLimits>({ [part]: { other: { budgets: { day: "1" } } } }, part, "__proto__", true);
    assertEquals(Object.keys(own[part]!), ["other", "__proto__"]);
    assertEquals(rulesOf(own, { part, name: "__proto__" }), {});
    assertEquals(rulesOf(own, { part, name: "toString" }), {});
    assertEquals(withPart(own, part, "other", false)[part], { ["__proto__"]: {} });
    assertEquals(scopesOf(own), [WHOLE, { part, name: "other" }, { part, name: "__proto__" }]);
  }
});

Deno.test("fields that this page does not edit are kept", () => {
  const own = { prices: [], raises: [{ until: "2026-12-01T00:00:00.000Z" }] } as object;
  assertEquals(withBudget(own, WHOLE, "day", "1"), { ...own, budgets: { day: "1" } } as object);
});

Deno.test("rules that are observed are edited in the same way, and a faulty value of any kind keeps the form from saving", () => {
  const shadow = withRules<NonNullable<OwnLimits["shadow"]>>({}, { part: "models", name: "m" }, { tokens_per_day: 5 });
  assertEquals(shadow, { models: { m: { tokens_per_day: 5 } } });
  assertEquals(isComplete({ shadow, raises: [{ until: "2026-12-01T00:00:00.000Z", day: "40" }] }), true);
  assertEquals(isComplete({ shadow: withRules(shadow, WHOLE, { requests_per_day: NaN }) }), false);
  assertEquals(isComplete({ shadow: { runs: { r: { budgets: { week: "?" } } } } }), false);
  for (const wrong of [{ until: "" }, { until: "2026-12-01T00:00:00.000Z", month: "0" }]) {
    assertEquals(isComplete({ raises: [wrong] }), false);
  }
});

Deno.test("limits that are set and removed again are no change, in whatever order their fields are", () => {
  const own: OwnLimits = { requests_per_day: 9, budgets: { day: "1", week: "2" } };
  const again = withBudget(withBudget(own, WHOLE, "day", undefined), WHOLE, "day", "1");
  assertEquals(isSame(own, again), true);
  const named = withPart(own, "apps", "nightly", true);
  assertEquals([isSame(own, named), isSame(own, withPart(named, "apps", "nightly", false))], [false, true]);
  assertEquals(isSame({ requests_per_day: null }, { requests_per_day: NaN }), false);
  assertEquals(isSame(own, { ...own, budgets: { day: "2", week: "1" } }), false);
  assertEquals(
    isSame({ raises: [{ until: "a" }, { until: "b" }] }, { raises: [{ until: "b" }, { until: "a" }] }),
    false,
  );
});
