/** The budgets of one scope: an amount of dollars a day, a week and a month, and what happens when one is spent. */
import { exactUsd } from "../parts/money_text.ts";
import { say } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import { type BudgetPeriod, isAmount, readAmount, type ScopeRules } from "./draft.ts";

const PERIOD_LABELS = {
  day: "Budget a day",
  week: "Budget a week",
  month: "Budget a month",
} as const satisfies Record<BudgetPeriod, Text>;

interface BudgetCellsProps {
  /** Of whom, for screen readers. */
  scope: string;
  rules: ScopeRules;
  /** What holds where nothing is set, by period. */
  inherited: Partial<Record<BudgetPeriod, string>>;
  setAmount: (period: BudgetPeriod, amount: string | null | undefined) => void;
  setMode: (mode: ScopeRules["budget_mode"]) => void;
}

export function BudgetCells({ scope, rules, inherited, setAmount, setMode }: BudgetCellsProps) {
  const periods = Object.keys(PERIOD_LABELS) as BudgetPeriod[];
  return (
    <div class="limit-cells">
      {periods.map((period) => (
        <BudgetCell
          key={period}
          label={say(PERIOD_LABELS[period])}
          scope={scope}
          value={rules.budgets?.[period]}
          inherited={inherited[period]}
          set={(amount) => setAmount(period, amount)}
        />
      ))}
      <label class="limit-cell">
        <span class="muted">{say("When a budget is spent")}</span>
        <select
          value={rules.budget_mode ?? "inherited"}
          aria-label={`${scope}: ${say("When a budget is spent")}`}
          onChange={({ currentTarget: { value } }) =>
            setMode(value === "inherited" ? undefined : value as "soft" | "hard")}
        >
          <option value="inherited">{say("Inherited")}</option>
          <option value="hard">{say("Refuse calls")}</option>
          <option value="soft">{say("Only warn")}</option>
        </select>
      </label>
    </div>
  );
}

interface BudgetCellProps {
  label: string;
  scope: string;
  value: string | null | undefined;
  inherited: string | undefined;
  set: (amount: string | null | undefined) => void;
}

function BudgetCell({ label, scope, value, inherited, set }: BudgetCellProps) {
  const mode = value === undefined ? "inherited" : value === null ? "none" : "own";
  const choose = (next: string) => set(next === "inherited" ? undefined : next === "none" ? null : plain(inherited));
  return (
    <div class="limit-cell">
      <span class="muted">{label}</span>
      <select value={mode} aria-label={`${scope}: ${label}`} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="inherited">
          {inherited === undefined ? say("Inherited") : say("Inherited: {limit}", { limit: exactUsd(inherited) })}
        </option>
        <option value="none">{say("No budget|choice")}</option>
        <option value="own">{say("Own budget")}</option>
      </select>
      {mode === "own" && (
        <input
          inputMode="decimal"
          defaultValue={value ?? ""}
          aria-label={`${scope}: ${label}, ${say("US dollars")}`}
          aria-invalid={!isAmount(value)}
          onInput={(event) => set(readAmount(event.currentTarget.value))}
        />
      )}
    </div>
  );
}

/** Without the zeros that the wire adds. */
function plain(amount = ""): string {
  return amount.replace(/\.?0+$/, "");
}
