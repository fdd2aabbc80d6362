/** The time span, the steps, the groups and the filters of a history. They are in the address. */
import { say } from "../../../shared/words/say.ts";
import type { HistoryStep } from "../../../shared/history/history_names.ts";
import type { Text } from "../../../shared/words/texts.ts";
import { TextFilter } from "../attempts/AttemptFilters.tsx";
import { groupText, OUTCOMES } from "../charts/group_text.ts";
import { now } from "../data/now.ts";
import { SpanChoice } from "../parts/SpanChoice.tsx";
import { filterOf, route, setFilter } from "../router.ts";
import { DIMENSION_NAMES } from "./dimension_names.ts";
import { addsUp, BY_DAY, DIMENSIONS, filtersOf, groupingOf, UNGROUPED } from "./history_query.ts";
import { stepsFor } from "./steps.ts";

const STEP_NAMES = { minute: "Minute|step", hour: "Hour|step", day: "Day|step" } as const satisfies Record<
  HistoryStep,
  Text
>;

export function HistoryFilters({ step }: { step: HistoryStep }) {
  return (
    <>
      <div class="filters" role="search">
        <SpanChoice />
        <StepChoice chosen={step} />
        {step === "hour" && <SumChoice isByDay={addsUp(route.value, step)} />}
        <GroupChoice />
        {(["model", "app"] as const).map((name) => (
          <TextFilter
            key={name}
            label={say(DIMENSION_NAMES[name])}
            value={filterOf(name)}
            set={(text) => setFilter(name, [text])}
          />
        ))}
        <OutcomeChoice />
      </div>
      <Chips />
    </>
  );
}

function StepChoice({ chosen }: { chosen: HistoryStep }) {
  return (
    <label class="field">
      <span>{say("Steps|chart")}</span>
      <select value={chosen} onChange={(event) => setFilter("step", [event.currentTarget.value])}>
        {stepsFor(route.value.range, now.peek()).map((step) => (
          <option key={step} value={step}>{say(STEP_NAMES[step])}</option>
        ))}
      </select>
    </label>
  );
}

function SumChoice({ isByDay }: { isByDay: boolean }) {
  return (
    <label class="field">
      <span>{say("Values|chart")}</span>
      <select value={isByDay ? BY_DAY : ""} onChange={(event) => setFilter("sum", [event.currentTarget.value])}>
        <option value="">{say("Of each step")}</option>
        <option value={BY_DAY}>{say("Day so far")}</option>
      </select>
    </label>
  );
}

function GroupChoice() {
  const by = groupingOf(route.value) ?? UNGROUPED;
  return (
    <label class="field">
      <span>{say("Group by")}</span>
      <select value={by} onChange={(event) => setFilter("by", [event.currentTarget.value])}>
        {DIMENSIONS.map((name) => <option key={name} value={name}>{say(DIMENSION_NAMES[name])}</option>)}
        <option value={UNGROUPED}>{say("No groups")}</option>
      </select>
    </label>
  );
}

function OutcomeChoice() {
  return (
    <label class="field">
      <span>{say("Outcome|column")}</span>
      <select value={filterOf("outcome")} onChange={(event) => setFilter("outcome", [event.currentTarget.value])}>
        <option value="">{say("All outcomes")}</option>
        {Object.entries(OUTCOMES).map(([name, text]) => <option key={name} value={name}>{say(text)}</option>)}
      </select>
    </label>
  );
}

/** The filters that no field above shows whole. A click removes one. */
function Chips() {
  const shown = filtersOf(route.value).flatMap(({ name, values }) => {
    const isField = (name === "model" || name === "app" || name === "outcome") && values.length === 1;
    return isField ? [] : values.map((value) => ({ name, value, others: values.filter((each) => each !== value) }));
  });
  if (shown.length === 0) return null;
  return (
    <ul class="chips" aria-label={say("Filters")}>
      {shown.map(({ name, value, others }) => (
        <li key={`${name} ${value}`}>
          <button
            type="button"
            class="button"
            title={say("Remove this filter")}
            onClick={() => setFilter(name, others)}
          >
            {say("{name}: {value}", {
              name: say(DIMENSION_NAMES[name]),
              value: groupText(name, { group: value, other: false }),
            })}
            <span class="cross" aria-hidden="true">×</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
