/** The last attempts of a view: how each ended, why, and under which id the provider knows it. */
import { useState } from "preact/hooks";
import type { AttemptBody } from "../../../shared/attempts.ts";
import type { AttemptPage } from "../../../shared/history/history.ts";
import { fullCount } from "../../../shared/format.ts";
import { say } from "../../../shared/words/say.ts";
import { AttemptDetails } from "../attempts/AttemptDetails.tsx";
import { OUTCOME_NAMES } from "../attempts/outcomes.ts";
import { millisText } from "../charts/history_series.ts";
import { costText } from "../attempts/cost_text.ts";
import { addressOf } from "../data/api.ts";
import { instantText } from "../keys/key_text.ts";
import { Link } from "../parts/Link.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { Loaded } from "../parts/States.tsx";
import { type Column, Table } from "../parts/Table.tsx";
import { type Route, route } from "../router.ts";
import { filtersOf, type Query } from "./history_query.ts";
import { useKept } from "./use_kept.ts";

const SHOWN = 10;

const REFRESH_MS = 5000;

export function RecentAttempts({ workspace, query }: { workspace: string; query: Query }) {
  const { step: _step, zone: _zone, by: _by, top: _top, ...search } = query;
  const refresh_ms = query.to === null ? REFRESH_MS : undefined;
  const kind = JSON.stringify({ ...search, from: query.to && query.from });
  const list = useKept<AttemptPage>(addressOf("api/quota/attempts", { ...search, limit: SHOWN }), kind, refresh_ms);
  const [open, setOpen] = useState<AttemptBody | null>(null);
  return (
    <section class="part">
      <div class="part-head">
        <h3>{say("Recent attempts")}</h3>
        <Link to={searchOf(route.value, workspace)}>{say("All attempts")}</Link>
      </div>
      <Loaded of={list} skeleton={<Skeleton rows={4} />}>
        {({ data }) =>
          data.length === 0 ? <p class="muted">{say("No attempt matches")}</p> : (
            <Table
              caption={say("Recent attempts")}
              columns={columns(workspace, route.value.range, setOpen)}
              rows={data}
              keyOf={({ id }) => id}
              open={setOpen}
              sort_name="attempts"
            />
          )}
      </Loaded>
      {open && <AttemptDetails of={open} close={() => setOpen(null)} />}
    </section>
  );
}

/** The search for the attempts of a view, as far as that place has its filters. */
function searchOf({ range, filters }: Route, workspace: string): Partial<Route> {
  const names = filtersOf({ filters }).filter(({ name }) => ["model", "app", "outcome"].includes(name));
  const kept = Object.fromEntries(names.map(({ name, values }) => [name, values]));
  return { place: "attempts", workspace, range, filters: kept };
}

const columns = (workspace: string, range: string | null, open: (of: AttemptBody) => void) => [
  ...sources(open),
  ...results(workspace, range),
];

const sources = (open: (of: AttemptBody) => void): Column<AttemptBody>[] => [
  {
    id: "started",
    title: say("Started|column"),
    cell: (attempt) => (
      <button type="button" class="link number" onClick={() => open(attempt)}>{instantText(attempt.started_at)}</button>
    ),
  },
  {
    id: "model",
    title: say("Model|column"),
    cell: ({ model, endpoint, app }) => <bdi class="names">{[model ?? endpoint, app].filter(Boolean).join(" · ")}</bdi>,
  },
];

const results = (workspace: string, range: string | null): Column<AttemptBody>[] => [
  { id: "outcome", title: say("Outcome|column"), cell: (attempt) => <Outcome of={attempt} /> },
  {
    id: "request",
    title: say("The provider's request id"),
    cell: ({ request_id }) =>
      request_id && (
        <Link to={{ place: "attempts", workspace, range, filters: { request_id: [request_id] } }}>
          <code dir="ltr">{request_id}</code>
        </Link>
      ),
  },
  {
    id: "tokens",
    title: say("Tokens|column"),
    cell: ({ usage, usage_source }) => usage_source === "unknown" ? "–" : fullCount(usage.total_tokens),
    number: true,
  },
  { id: "cost", title: say("Cost"), cell: costText, number: true },
  {
    id: "duration",
    title: say("Duration|column"),
    cell: ({ latency_ms }) => millisText(latency_ms),
    number: true,
  },
];

function Outcome({ of: { outcome, http_status, error_code } }: { of: AttemptBody }) {
  const cause = error_code ?? (outcome === "ok" ? null : http_status);
  return (
    <>
      <span class={outcome === "ok" ? undefined : "fault"}>{say(OUTCOME_NAMES[outcome])}</span>
      {cause !== null && <code dir="ltr">{` ${cause}`}</code>}
    </>
  );
}
