/** One temporary raise. */
import { useId } from "preact/hooks";
import { BUDGET_PERIODS } from "../../../shared/budgets/names.ts";
import { countdown } from "../../../shared/format.ts";
import { METER_NAMES } from "../../../shared/meters.ts";
import { say } from "../../../shared/words/say.ts";
import { localText, localTimeText } from "../data/local_time.ts";
import { now } from "../data/now.ts";
import { hasEnded, type Raise, readLocalTime, withValues } from "./raises.ts";
import { BudgetCell, LimitCell } from "./RuleCell.tsx";

interface RaiseFieldsProps {
  raise: Raise;
  change: (raise: Raise) => void;
  remove: () => void;
}

export function RaiseFields({ raise, change, remove }: RaiseFieldsProps) {
  const title = titleOf(raise);
  const set = (values: Partial<Raise>) => change(withValues(raise, values));
  return (
    <fieldset class={`card${hasEnded(raise, now.value) ? " ended" : ""}`}>
      <legend>{title}</legend>
      <div class="limit-cells">
        <UntilCell scope={title} until={raise.until} set={(until) => set({ until })} />
      </div>
      <div class="limit-cells">
        {METER_NAMES.map((name) => (
          <LimitCell
            key={name}
            {...{ kind: "raise", name, scope: title, value: raise[name] }}
            set={(limit) => set({ [name]: limit })}
          />
        ))}
      </div>
      <div class="limit-cells">
        {BUDGET_PERIODS.map((period) => (
          <BudgetCell
            key={period}
            {...{ kind: "raise", period, scope: title, value: raise[period] }}
            set={(amount) => set({ [period]: amount })}
          />
        ))}
      </div>
      <button type="button" class="button quiet" onClick={remove}>{say("Remove this raise")}</button>
    </fieldset>
  );
}

interface UntilCellProps {
  scope: string;
  until: string;
  set: (until: string) => void;
}

function UntilCell({ scope, until, set }: UntilCellProps) {
  const id = useId();
  return (
    <div class="limit-cell">
      <span class="muted">{say("Until|raise")}</span>
      <input
        type="datetime-local"
        max="9999-12-31T23:59"
        defaultValue={until === "" ? "" : localText(Date.parse(until))}
        aria-label={`${scope}: ${say("Until|raise")}`}
        aria-invalid={until === ""}
        aria-describedby={id}
        onInput={(event) => set(readLocalTime(event.currentTarget.value))}
      />
      <span id={id} class={until === "" ? "fault" : "muted"}>{untilHint(until)}</span>
    </div>
  );
}

function titleOf(raise: Raise): string {
  if (raise.until === "") return say("Raise without a time");
  const time = localTimeText(raise.until);
  return hasEnded(raise, now.value) ? say("Raise that ended {time}", { time }) : say("Raise until {time}", { time });
}

function untilHint(until: string): string {
  if (until === "") return say("Choose a day and a time.");
  const left_ms = Date.parse(until) - now.value;
  return left_ms > 0 ? say("ends in {time}", { time: countdown(left_ms) }) : say("It has ended and changes nothing.");
}
