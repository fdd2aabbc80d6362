/** One limit: inherited, none, or a number. */
import { fullCount, METER_LABELS } from "../../../shared/format.ts";
import type { MeterName } from "../../../shared/meters.ts";
import { say } from "../../../shared/words/say.ts";
import { isLimit, readLimit } from "./draft.ts";

interface LimitCellProps {
  name: MeterName;
  /** Of whom, for screen readers. */
  scope: string;
  value: number | null | undefined;
  /** What holds while it is inherited; `undefined` where that is not known. */
  inherited: number | null | undefined;
  set: (limit: number | null | undefined) => void;
}

export function LimitCell({ name, scope, value, inherited, set }: LimitCellProps) {
  const label = say(METER_LABELS[name].long);
  const mode = value === undefined ? "inherited" : value === null ? "none" : "own";
  const choose = (next: string) => set(next === "inherited" ? undefined : next === "none" ? null : inherited ?? NaN);
  return (
    <div class="limit-cell">
      <span class="muted">{label}</span>
      <select
        value={mode}
        aria-label={`${scope}: ${label}`}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="inherited">{inheritedText(inherited)}</option>
        <option value="none">{say("No limit|choice")}</option>
        <option value="own">{say("Own limit")}</option>
      </select>
      {mode === "own" && (
        <input
          inputMode="numeric"
          defaultValue={Number.isNaN(value) ? "" : String(value)}
          aria-label={`${scope}: ${label}`}
          aria-invalid={!isLimit(value)}
          onInput={(event) => set(readLimit(event.currentTarget.value))}
        />
      )}
    </div>
  );
}

function inheritedText(limit: number | null | undefined): string {
  if (limit === undefined) return say("Inherited");
  return limit === null ? say("Inherited: no limit") : say("Inherited: {limit}", { limit: fullCount(limit) });
}
