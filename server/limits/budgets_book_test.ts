import { assertEquals } from "../../tests/support/assert.ts";
import { NO_BUDGETS } from "../core/budgets/rules.ts";
import { NO_LIMITS } from "../core/workspace_limits.ts";
import type { LimitsFile } from "../../shared/limits.ts";
import { LimitsBook } from "./limits_book.ts";

const budgetsOf = (file: LimitsFile, now_ms = 0) =>
  new LimitsBook(NO_LIMITS, file).report("acme", now_ms).budgets!.map(({ scope, name, period, mode, limit_usd }) => {
    return [name ?? scope, period, mode, limit_usd.replace(/\.?0+$/, "")];
  });

Deno.test("field by field, a workspace's own budget goes over the default's; null removes it", () => {
  const file: LimitsFile = {
    default: {
      budgets: { day: "5", week: "20", month: "50" },
      budget_mode: "soft",
      apps: { "*": { budgets: { day: "1" } }, bot: { budgets: { day: "2", week: "7" }, budget_mode: "hard" } },
    },
    workspaces: { acme: { budgets: { day: "6", month: null }, apps: { bot: { budgets: { day: "3" } } } } },
  };
  assertEquals(budgetsOf(file), [
    ...[["workspace", "day", "soft", "6"], ["workspace", "week", "soft", "20"]],
    ...[["*", "day", "soft", "1"], ["bot", "day", "hard", "3"], ["bot", "week", "hard", "7"]],
  ]);
});

Deno.test("a budget without a mode is hard, and those of its parts follow the workspace's mode", () => {
  const own = { budgets: { day: "1" }, models: { o5: { budgets: { day: "1" } } } };
  assertEquals(budgetsOf({ workspaces: { acme: own } }).map(([, , mode]) => mode), ["hard", "hard"]);
  const soft = budgetsOf({ workspaces: { acme: { ...own, budget_mode: "soft" } } });
  assertEquals(soft.map(([, , mode]) => mode), ["soft", "soft"]);
});

Deno.test("the highest of several raises holds until its end, also one without an end of amounts", () => {
  const raise = (seconds: number, day: string | null) => ({ until: new Date(seconds * 1000).toISOString(), day });
  const file: LimitsFile = {
    default: { budgets: { day: "1" }, raises: [raise(1, "9"), raise(3, "2")] },
    workspaces: { acme: { raises: [raise(2, "4"), raise(1, null)] } },
  };
  const at = (now_ms: number) => budgetsOf(file, now_ms).map(([, , , limit]) => limit);
  assertEquals([at(999), at(1000), at(2000), at(3000)], [[], ["4"], ["2"], ["1"]]);
  const book = new LimitsBook(NO_LIMITS, file);
  assertEquals([0, 1000, 2000, 3000].map((now_ms) => book.of("acme", now_ms).until_ms), [1000, 2000, 3000, Infinity]);
});

Deno.test("budgets of a model make no limits, and limits no budgets", () => {
  const book = new LimitsBook(NO_LIMITS, {
    default: { models: { o5: { budgets: { day: "1" } }, "gpt-5.4": { tokens_per_day: 5 } } },
  });
  const { limits, budgets } = book.of("acme", 0);
  assertEquals([[...limits.models.keys()], [...budgets.models.keys()]], [["gpt-5.4"], ["o5"]]);
  assertEquals(book.hasBudgets, true);
  const none = new LimitsBook(NO_LIMITS, { default: { budgets: { day: null } }, workspaces: { acme: { apps: {} } } });
  assertEquals([none.of("acme", 0).budgets, none.hasBudgets], [NO_BUDGETS, false]);
});

Deno.test("a name of a property of Object.prototype is a name like any other", () => {
  const apps = JSON.parse('{ "constructor": { "budgets": { "day": "1" } } }');
  assertEquals(budgetsOf({ default: { apps: { bot: { budgets: { day: "2" } } } }, workspaces: { acme: { apps } } }), [
    ...[["bot", "day", "hard", "2"], ["constructor", "day", "hard", "1"]],
  ]);
});
