/** Searches single attempts: what was sent, how it ended, and under which ids it is found elsewhere. */
import { useMemo, useState } from "preact/hooks";
import type { AttemptBody } from "../../../shared/attempts.ts";
import { fullCount } from "../../../shared/format.ts";
import { nanosOf } from "../../../shared/ui/meters/money_text.ts";
import { say } from "../../../shared/words/say.ts";
import { AttemptDetails } from "../attempts/AttemptDetails.tsx";
import { AttemptFilters } from "../attempts/AttemptFilters.tsx";
import { costText, unpricedReason } from "../attempts/cost_text.ts";
import { OUTCOME_NAMES } from "../attempts/outcomes.ts";
import { searchQuery } from "../attempts/search_query.ts";
import { addressOf } from "../data/api.ts";
import { useList } from "../data/list.ts";
import { now } from "../data/now.ts";
import { instantText } from "../keys/key_text.ts";
import { More } from "../parts/More.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { Empty, Loaded } from "../parts/States.tsx";
import { type Column, Table } from "../parts/Table.tsx";
import { route } from "../router.ts";

const PATH = "api/quota/attempts";

export function Page() {
  // The start of the time span stays while the view does: each render would otherwise be another search.
  const query = useMemo(() => searchQuery(route.value, now.peek()), [route.value]);
  const list = useList<AttemptBody>(PATH, query);
  const [open, setOpen] = useState<AttemptBody | null>(null);
  return (
    <>
      <AttemptFilters />
      <div class="actions">
        {["csv", "jsonl"].map((suffix) => (
          <a key={suffix} class="button" href={addressOf(`${PATH}.${suffix}`, query)} download>
            {suffix.toUpperCase()}
          </a>
        ))}
        <button type="button" class="button" onClick={list.refresh}>{say("Search again")}</button>
      </div>
      <Loaded of={list} skeleton={<Skeleton rows={12} />}>
        {(attempts) =>
          attempts.length > 0
            ? <Found attempts={attempts} open={setOpen} />
            : list.isLoadingMore
            ? <Skeleton rows={12} />
            : <Nothing />}
      </Loaded>
      <More of={list} />
      {open && <AttemptDetails of={open} close={() => setOpen(null)} />}
    </>
  );
}

function Nothing() {
  return (
    <Empty title={say("No attempt matches")}>
      {say("An attempt is listed here when it has ended. Choose a longer time span or fewer filters.")}
    </Empty>
  );
}

function Found({ attempts, open }: { attempts: readonly AttemptBody[]; open: (attempt: AttemptBody) => void }) {
  return (
    <Table
      caption={say("Attempts")}
      columns={columns(open)}
      rows={attempts}
      keyOf={({ id }) => id}
      open={open}
    />
  );
}

const columns = (open: (attempt: AttemptBody) => void) => [...sources(open), ...results()];

const sources = (open: (attempt: AttemptBody) => void): Column<AttemptBody>[] => [
  {
    id: "started",
    title: say("Started|column"),
    cell: (attempt) => (
      <button type="button" class="link number" onClick={() => open(attempt)}>{instantText(attempt.started_at)}</button>
    ),
    by: ({ started_at }) => started_at,
  },
  {
    id: "workspace",
    title: say("Workspace"),
    cell: ({ workspace_id, app }) => <bdi class="names">{[workspace_id, app].filter(Boolean).join(" · ")}</bdi>,
    by: ({ workspace_id }) => workspace_id,
  },
  {
    id: "model",
    title: say("Model|column"),
    cell: ({ model, endpoint }) => <bdi class="names">{model ?? endpoint}</bdi>,
    by: ({ model }) => model ?? "",
  },
];

const results = (): Column<AttemptBody>[] => [
  {
    id: "outcome",
    title: say("Outcome|column"),
    cell: (attempt) => <Outcome of={attempt} />,
    by: ({ outcome, error_code }) => `${outcome} ${error_code ?? ""}`,
  },
  {
    id: "tokens",
    title: say("Tokens|column"),
    cell: ({ usage, usage_source }) => usage_source === "unknown" ? "–" : fullCount(usage.total_tokens),
    by: ({ usage }) => usage.total_tokens,
    number: true,
  },
  {
    id: "cost",
    title: say("Cost|column"),
    cell: (attempt) => <Cost of={attempt} />,
    by: ({ cost_usd }) => cost_usd === null ? -1n : nanosOf(cost_usd),
    number: true,
  },
  {
    id: "duration",
    title: say("Duration|column"),
    cell: ({ latency_ms }) => `${fullCount(latency_ms)} ms`,
    by: ({ latency_ms }) => latency_ms,
    number: true,
  },
];

function Cost({ of }: { of: AttemptBody }) {
  const reason = unpricedReason(of);
  return (
    <>
      {costText(of)}
      {reason !== "" && <small class="muted reason">{reason}</small>}
    </>
  );
}

function Outcome({ of: { outcome, http_status, error_code } }: { of: AttemptBody }) {
  const cause = error_code ?? (outcome === "ok" ? null : http_status);
  return (
    <>
      <span class={outcome === "ok" ? undefined : "fault"}>{say(OUTCOME_NAMES[outcome])}</span>
      {cause !== null && <code dir="ltr">{` ${cause}`}</code>}
    </>
  );
}
