/** All limits that are set: the one that the status is about first. Placeholders of their size before the first status. */
import type { StatusBody } from "../../quota.ts";
import { isCurrent, type View } from "../../view.ts";
import { say } from "../../words/say.ts";
import { Budgets } from "./Budgets.tsx";
import { isCauseOf, orderedBudgets } from "./budgets.ts";
import { Meter, type MeterForm } from "./Meter.tsx";
import { Models } from "./Models.tsx";
import { orderedMeters } from "./order.ts";
import type { NamedMeter } from "./tightest.ts";

const PLACEHOLDERS = [0, 1, 2];

const DEFAULT_FORM: MeterForm = { share: "used", time: "relative" };

interface MetersProps {
  view: View;
  /** Local epoch milliseconds. */
  now: number;
  form?: MeterForm;
}

export function Meters({ view, now, form = DEFAULT_FORM }: MetersProps) {
  if (!view.status) return <Skeleton />;
  const { limits, models } = orderedMeters(view.status);
  const budgets = orderedBudgets(view.status);
  if (limits.length + models.length + budgets.length === 0) return null;
  const money = budgets.length > 0 && <Budgets key="budgets" budgets={budgets} view={view} now={now} form={form} />;
  const isFirst = budgets.some((budget) => isCauseOf(budget, view.status!.cause));
  return (
    <div class={isCurrent(view) ? "meters" : "meters dimmed"}>
      {isFirst && money}
      {limits.length > 0 && <MeterList meters={limits} view={view} now={now} form={form} />}
      {!isFirst && money}
      {models.length > 0 && <Models models={models} view={view} now={now} form={form} />}
      {isUsedElsewhere(view.status) && (
        <p class="note">{say("Used elsewhere: by calls that do not pass this service.")}</p>
      )}
    </div>
  );
}

function isUsedElsewhere({ provider }: StatusBody): boolean {
  return provider.some(({ used_elsewhere: gap }) => gap !== null && gap.requests + gap.tokens > 0);
}

interface MeterListProps extends Required<MetersProps> {
  meters: NamedMeter[];
}

function MeterList({ meters, ...rest }: MeterListProps) {
  return (
    <ul class="limits">
      {meters.map((of) => <Meter key={`${of.name} ${of.model}`} of={of} {...rest} />)}
    </ul>
  );
}

function Skeleton() {
  return (
    <div class="meters skeleton" aria-hidden="true">
      <div class="limits">
        {PLACEHOLDERS.map((key) => (
          <div key={key} class="meter">
            <span class="ghost" style={{ width: "38%", height: "12px", margin: "4px 0" }} />
            <span class="ghost" style={{ height: "8px", margin: "4px 0" }} />
            <span class="ghost" style={{ width: "62%", height: "12px", margin: "4px 0" }} />
          </div>
        ))}
      </div>
    </div>
  );
}
