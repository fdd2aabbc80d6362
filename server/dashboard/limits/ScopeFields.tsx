/** The limits and budgets of one scope: the workspace, a model, an app or a run. */
import { BUDGET_PERIODS } from "../../../shared/budgets/names.ts";
import { METER_NAMES } from "../../../shared/meters.ts";
import { say } from "../../../shared/words/say.ts";
import type { RuleKind } from "./choices.ts";
import {
  type BudgetPeriod,
  type EditedRules,
  type FourLimits,
  rulesOf,
  type Scope,
  type ScopeRules,
  withBudget,
  withRules,
} from "./draft.ts";
import { BudgetCell, LimitCell } from "./RuleCell.tsx";
import { scopeTitle } from "./scope_title.ts";

/** What holds for a scope where nothing is set. */
export interface Inherited {
  limits: FourLimits;
  budgets: Partial<Record<BudgetPeriod, string>>;
}

interface ScopeFieldsProps<Own> {
  kind: Exclude<RuleKind, "raise">;
  scope: Scope;
  own: Own;
  inherited: Inherited;
  change: (own: Own) => void;
  remove: () => void;
}

export function ScopeFields<Own extends EditedRules>(props: ScopeFieldsProps<Own>) {
  const { kind, scope, remove } = props;
  const title = scopeTitle(scope);
  const spoken = kind === "observed" ? say("Observed only: {scope}", { scope: title }) : title;
  return (
    <fieldset class="card">
      <legend>
        <bdi>{title}</bdi>
      </legend>
      {(scope.part === null || scope.part === "models") && <LimitCells {...props} spoken={spoken} />}
      <BudgetCells {...props} spoken={spoken} />
      {scope.part !== null && (
        <button type="button" class="button quiet" onClick={remove}>{removeLabel(kind, scope.name)}</button>
      )}
    </fieldset>
  );
}

type CellsProps<Own> = ScopeFieldsProps<Own> & {
  /** The scope's name for screen readers. */
  spoken: string;
};

function LimitCells<Own extends EditedRules>({ kind, scope, spoken, own, inherited, change }: CellsProps<Own>) {
  const rules = rulesOf(own, scope);
  return (
    <div class="limit-cells">
      {METER_NAMES.map((name) => (
        <LimitCell
          key={name}
          {...{ kind, name, scope: spoken, value: rules[name], inherited: inherited.limits[name] }}
          set={(limit) => change(withRules(own, scope, { [name]: limit }))}
        />
      ))}
    </div>
  );
}

function BudgetCells<Own extends EditedRules>({ kind, scope, spoken, own, inherited, change }: CellsProps<Own>) {
  const { budgets, budget_mode } = rulesOf(own, scope);
  const setMode = (budget_mode: ScopeRules["budget_mode"]) => change(withRules(own, scope, { budget_mode }));
  return (
    <div class="limit-cells">
      {BUDGET_PERIODS.map((period) => (
        <BudgetCell
          key={period}
          {...{ kind, period, scope: spoken, value: budgets?.[period] }}
          inherited={inherited.budgets[period]}
          set={(amount) => change(withBudget(own, scope, period, amount))}
        />
      ))}
      {kind === "enforced" && <ModeCell scope={spoken} mode={budget_mode} set={setMode} />}
    </div>
  );
}

interface ModeCellProps {
  scope: string;
  mode: ScopeRules["budget_mode"];
  set: (mode: ScopeRules["budget_mode"]) => void;
}

function ModeCell({ scope, mode, set }: ModeCellProps) {
  const label = say("When a budget is spent");
  return (
    <div class="limit-cell">
      <span class="muted">{label}</span>
      <select
        value={mode ?? "inherited"}
        aria-label={`${scope}: ${label}`}
        onChange={({ currentTarget: { value } }) => set(value === "inherited" ? undefined : value as "soft" | "hard")}
      >
        <option value="inherited">{say("Inherited")}</option>
        <option value="hard">{say("Refuse calls")}</option>
        <option value="soft">{say("Only warn")}</option>
      </select>
    </div>
  );
}

function removeLabel(kind: RuleKind, name: string): string {
  return kind === "observed"
    ? say("Remove the observed rules of {name}", { name })
    : say("Remove the limits of {model}", { model: name });
}
