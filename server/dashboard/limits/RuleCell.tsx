/** One limit or budget of the form: left out, none, or a value of its own. */
import { useId } from "preact/hooks";
import type { MeterName } from "../../../shared/meters.ts";
import { METER_LABELS } from "../../../shared/format.ts";
import { say } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import { budgetChoices, type Choices, limitChoices, type RuleKind } from "./choices.ts";
import type { BudgetPeriod } from "./draft.ts";
import { isAmount, isLimit, plainAmount, readAmount, readLimit } from "./values.ts";

interface CellProps<Value> {
  kind: RuleKind;
  /** Of whom, for screen readers. */
  scope: string;
  value: Value | null | undefined;
  /** What holds where nothing is set; `undefined` where that is not known. */
  inherited?: Value | null;
  set: (value: Value | null | undefined) => void;
}

export function LimitCell({ name, inherited, ...cell }: CellProps<number> & { name: MeterName }) {
  return (
    <RuleCell
      {...cell}
      label={say(METER_LABELS[name].long)}
      choices={limitChoices(cell.kind, inherited)}
      start={inherited ?? NaN}
      input={{ mode: "numeric", text: (limit) => Number.isNaN(limit) ? "" : String(limit), read: readLimit }}
      fault={isLimit(cell.value) ? null : say("A limit is a whole number from 1.")}
    />
  );
}

const PERIOD_LABELS = {
  day: "Budget a day",
  week: "Budget a week",
  month: "Budget a month",
} as const satisfies Record<BudgetPeriod, Text>;

export function BudgetCell({ period, inherited, ...cell }: CellProps<string> & { period: BudgetPeriod }) {
  return (
    <RuleCell
      {...cell}
      label={say(PERIOD_LABELS[period])}
      choices={budgetChoices(cell.kind, inherited ?? undefined)}
      start={plainAmount(inherited ?? "")}
      input={{ mode: "decimal", text: String, read: readAmount, unit: say("US dollars") }}
      fault={isAmount(cell.value) ? null : say("A budget is an amount of US dollars above 0, such as 20 or 0.05.")}
    />
  );
}

interface RuleCellProps<Value> extends Omit<CellProps<Value>, "inherited" | "kind"> {
  label: string;
  choices: Choices;
  /** The first value of its own. */
  start: Value;
  input: InputKind<Value>;
  fault: string | null;
}

interface InputKind<Value> {
  mode: "numeric" | "decimal";
  text: (value: Value) => string;
  read: (text: string) => Value;
  /** For screen readers. */
  unit?: string;
}

function RuleCell<Value>({ label, scope, value, choices, start, input, fault, set }: RuleCellProps<Value>) {
  const id = useId();
  const mode = value === undefined ? "unset" : value === null ? "none" : "own";
  const choose = (next: string) => set(next === "unset" ? undefined : next === "none" ? null : start);
  const name = `${scope}: ${label}`;
  return (
    <div class="limit-cell">
      <span class="muted">{label}</span>
      <select value={mode} aria-label={name} onChange={(event) => choose(event.currentTarget.value)}>
        {(["unset", "none", "own"] as const).map((mode) => <option key={mode} value={mode}>{choices[mode]}</option>)}
      </select>
      {value !== undefined && value !== null && (
        // Digits run from left to right in every language, after their sign.
        <span class={input.unit === undefined ? undefined : "amount"} dir="ltr">
          <input
            inputMode={input.mode}
            defaultValue={input.text(value)}
            autocomplete="off"
            aria-label={input.unit === undefined ? name : `${name}, ${input.unit}`}
            aria-invalid={fault !== null}
            aria-describedby={id}
            onInput={(event) => set(input.read(event.currentTarget.value))}
          />
        </span>
      )}
      <span id={id} class="fault">{fault}</span>
    </div>
  );
}
