/** The filters of a search for attempts. They are in the address. */
import { say } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import { SpanChoice } from "../parts/SpanChoice.tsx";
import { filterOf, navigate, route, setFilter } from "../router.ts";
import { OUTCOME_NAMES } from "./outcomes.ts";
import { TEXT_FILTERS } from "./search_query.ts";

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
  const { workspace } = route.value;
  return (
    <div class="filters" role="search">
      <SpanChoice />
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
