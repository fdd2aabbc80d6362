/** The rules of a replay, and which of them cover an attempt: by the functions that decide on live calls. */
import { METER_NAMES } from "../../../shared/meters.ts";
import {
  type BudgetRules,
  entryOf,
  findCovering,
  type PartBudget,
  type Scope,
  type SpendNames,
} from "../budgets/rules.ts";
import type { RulesInForce } from "../budgets/rules_in_force.ts";
import type { Limits } from "../limits.ts";
import { limitsOfNames, type WorkspaceLimits } from "../workspace_limits.ts";
import { ReplayedBudget, ReplayedLimit, type ReplayedRule, type RuleName } from "./replayed_rule.ts";

/** A rule that covers an attempt, with the name under which it counts there; `null` for the workspace itself. */
export type Covering = readonly [rule: ReplayedRule, name: string | null];

/** Rules with the attempts that they cover. */
interface Rules {
  readonly rules: readonly ReplayedRule[];
  covering(names: SpendNames): Covering[];
}

/** All rules in force: those that refuse or warn, and those that are observed. */
export function ruleSet({ limits, budgets, shadow }: RulesInForce): Rules {
  const parts = [limitRules(limits, "hard"), budgetRules(budgets, null)];
  if (shadow) parts.push(limitRules(shadow.limits, "shadow"), budgetRules(shadow.budgets, "shadow"));
  return {
    rules: parts.flatMap(({ rules }) => rules),
    covering: (names) => parts.flatMap((part) => part.covering(names)),
  };
}

function limitRules({ limits, models }: WorkspaceLimits, mode: RuleName["mode"]): Rules {
  const own = rulesOf({ scope: "workspace", name: null, mode }, limits);
  const byModel = new Map([...models].map(([name, limits]) => [name, rulesOf({ scope: "model", name, mode }, limits)]));
  return {
    rules: [...own, ...[...byModel.values()].flat()],
    covering: ({ model, answered }) => [
      ...own.map((rule) => [rule, null] as const),
      ...limitsOfNames(models, model, answered).flatMap((name) =>
        byModel.get(name)!.map((rule) => [rule, name] as const)
      ),
    ],
  };
}

function rulesOf(name: RuleName, limits: Limits): ReplayedRule[] {
  return METER_NAMES.flatMap((meter) => {
    const limit = limits[meter];
    return limit === null ? [] : [new ReplayedLimit(name, meter, limit)];
  });
}

/** @param mode of all budgets; `null` where each has its own. */
function budgetRules(budgets: BudgetRules, mode: "shadow" | null): Rules {
  const byEntry = new Map<string, ReplayedRule[]>();
  const add = (scope: Scope, name: string | null, { hard, amounts }: PartBudget) => {
    const named = { scope, name, mode: mode ?? (hard ? "hard" : "soft") } as const;
    const rules = amounts.flatMap((amount, period) =>
      amount === null ? [] : [new ReplayedBudget(named, period, amount)]
    );
    byEntry.set(keyOf(scope, name), rules);
  };
  const { workspace, models, apps, runs } = budgets;
  if (workspace) add("workspace", null, workspace);
  for (const [name, budget] of models) add("model", name, budget);
  for (const [name, budget] of apps) add("app", name, budget);
  for (const [name, budget] of runs) add("run", name, budget);
  return {
    rules: [...byEntry.values()].flat(),
    covering(names) {
      const covering: Covering[] = [];
      findCovering(budgets, names, (scope, name) => {
        const rules = byEntry.get(keyOf(scope, entryName(budgets, scope, name)))!;
        covering.push(...rules.map((rule) => [rule, name] as const));
        return null;
      });
      return covering;
    },
  };
}

function entryName({ apps, runs }: BudgetRules, scope: Scope, name: string | null): string | null {
  if (name === null || scope === "model") return name;
  return entryOf(scope === "app" ? apps : runs, name);
}

function keyOf(scope: Scope, name: string | null): string {
  return `${scope} ${name ?? ""}`;
}
