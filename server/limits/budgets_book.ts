/** The budgets in force that follow from the limits file: field by field the workspace's own, else the default's. */
import { type BudgetRules, NO_BUDGETS, type PartBudget } from "../core/budgets/rules.ts";
import { BUDGET_PERIODS, type BUDGET_SCOPES } from "../../shared/budgets/names.ts";
import type { LimitsReport } from "../../shared/limits.ts";
import { formatUsd, parseUsd, type UsdNanos } from "../../shared/money/money.ts";

/** A part of the limits file that sets budgets: by period a decimal string, or `null` for no budget. */
interface Budgeted {
  budgets?: { [Period in (typeof BUDGET_PERIODS)[number]]?: string | null };
  budget_mode?: "soft" | "hard";
}

type ByName = Record<string, Budgeted>;

interface Source extends Budgeted {
  apps?: ByName;
  models?: ByName;
  runs?: ByName;
}

/** The budgets of a workspace. Later sources replace fields of earlier ones. */
export function budgetRules(sources: readonly (Source | undefined)[]): BudgetRules {
  const set = sources.filter((source) => source !== undefined);
  const workspace = partBudget(set, true);
  const hard = isHard(set, true);
  const named = (kind: "apps" | "models" | "runs") => {
    const names = new Set(set.flatMap((source) => Object.keys(source[kind] ?? {})));
    const budgets = [...names].flatMap((name) => {
      const budget = partBudget(set.flatMap((source) => own(source[kind], name)), hard);
      return budget ? [[name, budget] as const] : [];
    });
    return new Map(budgets);
  };
  const rules = { workspace, apps: named("apps"), models: named("models"), runs: named("runs") };
  const isEmpty = !workspace && rules.apps.size + rules.models.size + rules.runs.size === 0;
  return isEmpty ? NO_BUDGETS : rules;
}

/** The budgets of the workspace itself with those of a raise that are higher. A raise makes no budget. */
export function raisedBudgets(rules: BudgetRules, raise: NonNullable<Budgeted["budgets"]>): BudgetRules {
  if (!rules.workspace) return rules;
  const amounts = rules.workspace.amounts.map((amount, period) => higher(amount, raise[BUDGET_PERIODS[period]]));
  return { ...rules, workspace: { ...rules.workspace, amounts } };
}

/** The budgets in force, as the API shows them. */
export function budgetsInForce({ workspace, models, apps, runs }: BudgetRules): NonNullable<LimitsReport["budgets"]> {
  return [
    ...inForce("workspace", undefined, workspace),
    ...[...models].flatMap(([name, budget]) => inForce("model", name, budget)),
    ...[...apps].flatMap(([name, budget]) => inForce("app", name, budget)),
    ...[...runs].flatMap(([name, budget]) => inForce("run", name, budget)),
  ];
}

function inForce(scope: (typeof BUDGET_SCOPES)[number], name: string | undefined, budget: PartBudget | null) {
  return (budget?.amounts ?? []).flatMap((amount, period) => {
    if (amount === null) return [];
    const mode = budget!.hard ? "hard" as const : "soft" as const;
    const named = name === undefined ? {} : { name };
    return [{ scope, ...named, period: BUDGET_PERIODS[period], mode, limit_usd: formatUsd(amount) }];
  });
}

function own(entries: ByName | undefined, name: string): Budgeted[] {
  return entries && Object.hasOwn(entries, name) ? [entries[name]] : [];
}

function partBudget(set: readonly Budgeted[], hard: boolean): PartBudget | null {
  const amounts = BUDGET_PERIODS.map((period) => {
    const last = set.findLast(({ budgets }) => budgets?.[period] !== undefined)?.budgets?.[period];
    return last === undefined || last === null ? null : parseUsd(last);
  });
  return amounts.every((amount) => amount === null) ? null : { hard: isHard(set, hard), amounts };
}

function isHard(set: readonly Budgeted[], otherwise: boolean): boolean {
  const mode = set.findLast(({ budget_mode }) => budget_mode !== undefined)?.budget_mode;
  return mode === undefined ? otherwise : mode === "hard";
}

function higher(amount: UsdNanos | null, raised: string | null | undefined): UsdNanos | null {
  if (amount === null || raised === undefined) return amount;
  if (raised === null) return null;
  const other = parseUsd(raised)!;
  return other > amount ? other : amount;
}
