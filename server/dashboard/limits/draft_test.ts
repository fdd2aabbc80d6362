import fc from "fast-check";
import { assert, assertEquals } from "../../../tests/support/assert.ts";
import { AMOUNT_PATTERN } from "../../../shared/budgets/names.ts";
import { budgetsInForce, faultOf, isAmount, PARTS, readAmount, readLimit, rulesOf, scopesOf } from "./draft.ts";
import { withBudget, withPart, withRules } from "./draft.ts";

const WHOLE = { part: null } as const;

Deno.test("a limit is set, removed and inherited, for the workspace and for a model", () => {
  const own = withRules({ requests_per_day: 9 }, WHOLE, { requests_per_minute: 300 });
  assertEquals(own, { requests_per_day: 9, requests_per_minute: 300 });
  assertEquals(withRules(own, WHOLE, { requests_per_day: undefined }), { requests_per_minute: 300 });
  const of = withRules({}, { part: "models", name: "gpt-5.4" }, { tokens_per_day: null });
  assertEquals(of, { models: { "gpt-5.4": { tokens_per_day: null } } });
});

Deno.test("a budget is set, removed and inherited, and the last one takes its list along", () => {
  const scope = { part: "apps", name: "nightly" } as const;
  const one = withBudget({}, scope, "day", "20");
  assertEquals(one, { apps: { nightly: { budgets: { day: "20" } } } });
  const two = withBudget(withRules(one, scope, { budget_mode: "soft" }), scope, "month", null);
  assertEquals(two.apps, { nightly: { budgets: { day: "20", month: null }, budget_mode: "soft" } });
  assertEquals(withBudget(one, scope, "day", undefined), { apps: { nightly: {} } });
});

Deno.test("a part comes without rules and goes with its own, whatever its name is", () => {
  for (const part of PARTS) {
    const own = withPart({ [part]: { other: { budgets: { day: "1" } } } }, part, "__proto__", true);
    assertEquals(Object.keys(own[part]!), ["other", "__proto__"]);
    assertEquals(rulesOf(own, { part, name: "__proto__" }), {});
    assertEquals(rulesOf(own, { part, name: "toString" }), {});
    assertEquals(withPart(own, part, "other", false)[part], { ["__proto__"]: {} });
    assertEquals(scopesOf(own), [WHOLE, { part, name: "other" }, { part, name: "__proto__" }]);
  }
});

Deno.test("fields that this page does not edit are kept", () => {
  const own = {
    shadow: { requests_per_day: 5 },
    raises: [{ until: "2026-12-01T00:00:00.000Z" }],
    prices: [],
  } as object;
  assertEquals(withBudget(own, WHOLE, "day", "1"), { ...own, budgets: { day: "1" } } as object);
});

Deno.test("numbers are read as people write them; other texts are not limits", () => {
  assertEquals(["300", " 1 500 ", "1.000.000", "10'000"].map(readLimit), [300, 1500, 1_000_000, 10_000]);
  for (const text of ["", "0", "-1", "1.5", "1e3", "12,34", "1000000000000"]) {
    assertEquals(faultOf({ requests_per_minute: readLimit(text) }), "limit", text);
  }
  assertEquals(faultOf({ requests_per_minute: null, models: { m: { tokens_per_day: 1 } } }), null);
});

Deno.test("amounts are read as people write them; what could mean two amounts is none", () => {
  const said = ["20", "$20", " 0.05 ", "0,05", "1,250.50", "1.250,50", "1 250", "1'250.5", "0.000000001", "1.23456"];
  const read = ["20", "20", "0.05", "0.05", "1250.50", "1250.50", "1250", "1250.5", "0.000000001", "1.23456"];
  assertEquals(said.map(readAmount), read);
  for (const text of ["", "0", "0.00", "-1", "1,250", "1.250", "1e3", "20 EUR", "1,2,3", "1234567890", "€5"]) {
    assertEquals(faultOf({ runs: { r: { budgets: { week: readAmount(text) } } } }), "budget", text);
  }
  assertEquals(faultOf({ budgets: { day: null, week: "5" }, budget_mode: "soft" }), null);
});

Deno.test("property: an amount on the wire is read as itself, and any text gives an amount or a fault", () => {
  fc.assert(fc.property(fc.bigInt({ min: 1n, max: 10n ** 17n }), (nanos) => {
    const text = `${nanos / 10n ** 9n}.${(nanos % 10n ** 9n).toString().padStart(9, "0")}`;
    assertEquals(readAmount(text), text);
    assert(AMOUNT_PATTERN.test(readAmount(text)));
  }));
  fc.assert(fc.property(fc.string(), (text) => void isAmount(readAmount(text))));
});

Deno.test("what holds where no budget is set comes from the budgets in force of the same scope", () => {
  const budget = (scope: "workspace" | "app" | "run", period: "day" | "week", limit_usd: string, name?: string) =>
    ({ scope, period, limit_usd, mode: "hard", ...(name === undefined ? {} : { name }) }) as const;
  const limits = { requests_per_minute: null, requests_per_day: null, tokens_per_minute: null, tokens_per_day: null };
  const budgets = [budget("workspace", "day", "20.000000000"), budget("app", "week", "5.000000000", "nightly")];
  const report = { workspace_id: "acme", own: {}, limits, models: [], budgets };
  assertEquals(budgetsInForce(report, WHOLE), { day: "20.000000000" });
  assertEquals(budgetsInForce(report, { part: "apps", name: "nightly" }), { week: "5.000000000" });
  assertEquals(budgetsInForce(report, { part: "runs", name: "nightly" }), {});
});
