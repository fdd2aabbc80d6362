/** The filters of a search for attempts. They are in the address. */
import { say } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import { filterOf, navigate, route, setFilter } from "../router.ts";
import { OUTCOME_NAMES } from "./outcomes.ts";
import { DEFAULT_SPAN, type SPANS, TEXT_FILTERS } from "./search_query.ts";

export const SPAN_NAMES = {
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
} as const satisfies Record<keyof typeof SPANS, Text>;

const FILTER_NAMES = {
  model: "Model|column",
  app: "App|filter",
  error_code: "Error code",
  run: "Run|filter",
  call_id: "Call id",
  request_id: "The provider's request id",
} as const satisfies Record<typeof TEXT_FILTERS[number], Text>;

const OUTCOMES = ["ok", "failed", "aborted", "unknown"] as const;

export function AttemptFilters() {
  const { workspace, range } = route.value;
  return (
    <div class="filters" role="search">
      <label class="field">
        <span>{say("Time span")}</span>
        <select value={range ?? DEFAULT_SPAN} onChange={(event) => navigate({ range: event.currentTarget.value })}>
          {Object.entries(SPAN_NAMES).map(([span, name]) => <option key={span} value={span}>{say(name)}</option>)}
        </select>
      </label>
      <label class="field">
        <span>{say("Outcome|column")}</span>
        <select value={filterOf("outcome")} onChange={(event) => setFilter("outcome", [event.currentTarget.value])}>
          <option value="">{say("All outcomes")}</option>
          {OUTCOMES.map((outcome) => <option key={outcome} value={outcome}>{say(OUTCOME_NAMES[outcome])}</option>)}
        </select>
      </label>
      <TextFilter
        label={say("Workspace")}
        value={workspace ?? ""}
        set={(text) => navigate({ workspace: text || null })}
      />
      {TEXT_FILTERS.map((name) => (
        <TextFilter
          key={name}
          label={say(FILTER_NAMES[name])}
          value={filterOf(name)}
          set={(text) => setFilter(name, [text])}
        />
      ))}
    </div>
  );
}

export function TextFilter({ label, value, set }: { label: string; value: string; set: (text: string) => void }) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        key={value}
        type="search"
        defaultValue={value}
        dir="auto"
        spellcheck={false}
        onChange={(event) => set(event.currentTarget.value.trim())}
      />
    </label>
  );
}
