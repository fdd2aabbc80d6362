/** The limits and budgets of one scope: the workspace, a model, an app or a run. */
import type { LimitsReport, OwnLimits } from "../../../shared/limits.ts";
import { METER_NAMES } from "../../../shared/meters.ts";
import { say } from "../../../shared/words/say.ts";
import { BudgetCells } from "./BudgetCells.tsx";
import { budgetsInForce, type FourLimits, rulesOf, type Scope, withBudget, withPart, withRules } from "./draft.ts";
import { LimitCell } from "./LimitCell.tsx";

interface ScopeFieldsProps {
  scope: Scope;
  own: OwnLimits;
  known: LimitsReport;
  change: (own: OwnLimits) => void;
}

export function ScopeFields({ scope, own, known, change }: ScopeFieldsProps) {
  const rules = rulesOf(own, scope);
  const title = titleOf(scope);
  const hasLimits = scope.part === null || scope.part === "models";
  return (
    <fieldset class="card">
      <legend>
        <bdi>{title}</bdi>
      </legend>
      {hasLimits && (
        <div class="limit-cells">
          {METER_NAMES.map((name) => (
            <LimitCell
              key={name}
              name={name}
              scope={title}
              value={rules[name]}
              inherited={inheritedOf(known, scope)[name]}
              set={(limit) => change(withRules(own, scope, { [name]: limit }))}
            />
          ))}
        </div>
      )}
      <BudgetCells
        scope={title}
        rules={rules}
        inherited={budgetsInForce(known, scope)}
        setAmount={(period, amount) => change(withBudget(own, scope, period, amount))}
        setMode={(budget_mode) => change(withRules(own, scope, { budget_mode }))}
      />
      {scope.part !== null && <Remove name={scope.name} remove={() => change(withoutScope(own, scope))} />}
    </fieldset>
  );
}

function Remove({ name, remove }: { name: string; remove: () => void }) {
  return (
    <button type="button" class="button quiet" onClick={remove}>
      {say("Remove the limits of {model}", { model: name })}
    </button>
  );
}

function withoutScope(own: OwnLimits, scope: Scope): OwnLimits {
  return scope.part === null ? own : withPart(own, scope.part, scope.name, false);
}

function titleOf(scope: Scope): string {
  if (scope.part === null) return say("The whole workspace");
  if (scope.part === "models") return scope.name;
  return scope.part === "apps" ? say("App {name}", { name: scope.name }) : say("Run {name}", { name: scope.name });
}

/** What is in force where nothing is set; a limit of the workspace's own hides what it would inherit. */
function inheritedOf(known: LimitsReport, scope: Scope): FourLimits {
  const set = rulesOf(known.own, scope);
  const inForce = scope.part === null
    ? known.limits
    : known.models.find(({ model }) => scope.part === "models" && model === scope.name)?.limits ?? {};
  return Object.fromEntries(Object.entries(inForce).filter(([name]) => !(name in set)));
}
