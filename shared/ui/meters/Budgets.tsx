/** The budgets: the first three, the others behind a button. */
import { isCurrent, type View } from "../../view.ts";
import { say } from "../../words/say.ts";
import { budgetWait } from "../time/wait_text.ts";
import type { Budget } from "./budgets.ts";
import { describeBudget } from "./describe_budget.ts";
import { Folded } from "./Folded.tsx";
import { type MeterForm, MeterLine } from "./Meter.tsx";

interface BudgetsProps {
  budgets: Budget[];
  view: View;
  /** Local epoch milliseconds. */
  now: number;
  form: MeterForm;
}

export function Budgets({ budgets, ...rest }: BudgetsProps) {
  const lines = budgets.map((budget) => (
    <BudgetLine key={`${budget.scope} ${budget.name} ${budget.period}`} budget={budget} {...rest} />
  ));
  return (
    <section class="budgets" aria-label={say("Budgets")}>
      <Folded items={lines} list="limits" />
    </section>
  );
}

function BudgetLine({ budget, view, now, form }: Omit<BudgetsProps, "budgets"> & { budget: Budget }) {
  const { warning_ratio, cause } = view.status!;
  const text = describeBudget(budget, warning_ratio);
  return (
    <MeterLine
      name={`budget_${budget.period}`}
      text={text}
      long={text.long}
      warnAt={warning_ratio}
      report={null}
      form={form}
      wait={(time) => budgetWait(budget, { current: isCurrent(view), cause, time }, view.clock_offset_ms, now)}
    >
      {text.unpriced && <p class="unpriced">{text.unpriced}</p>}
    </MeterLine>
  );
}
