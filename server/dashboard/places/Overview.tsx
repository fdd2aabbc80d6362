/** Every workspace that the reader may see, tightest first, and what needs attention. */
import { useEffect } from "preact/hooks";
import type { WorkspaceList } from "../../../shared/api.ts";
import { fullCount, METER_LABELS, percentText, usedPercent } from "../../../shared/format.ts";
import { phraseOf } from "../../../shared/ui/meters/budgets.ts";
import { limitName } from "../../../shared/ui/meters/tightest.ts";
import { Shape } from "../../../shared/ui/status/Shape.tsx";
import { labelOf } from "../../../shared/ui/status/describe_headline.ts";
import { isBlocked, toneOf } from "../../../shared/ui/status/tone.ts";
import { EMPTY_VIEW } from "../../../shared/view.ts";
import { say } from "../../../shared/words/say.ts";
import { addressOf } from "../data/api.ts";
import { useResource } from "../data/resource.ts";
import { Link } from "../parts/Link.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { Empty, Loaded } from "../parts/States.tsx";
import { TileRow } from "../parts/Tiles.tsx";
import { spendOf, spendText, spendTile } from "../parts/money_text.ts";
import { filterOf, setFilter } from "../router.ts";
import { endOf, orderOf } from "./overview_text.ts";

type Entry = WorkspaceList["data"][number];

/** How often the numbers are asked for while the page is visible. */
const REFRESH_MS = 2000;

const MAX_SHOWN = 1000;

export function Page() {
  const address = addressOf("api/quota/workspaces", { limit: MAX_SHOWN });
  const list = useResource<WorkspaceList>(address, { refresh_ms: REFRESH_MS });
  return (
    <Loaded of={list} skeleton={<Loading />}>
      {({ data }) => data.length === 0 ? <Nothing /> : <Workspaces entries={data} />}
    </Loaded>
  );
}

function Loading() {
  return (
    <>
      <TileRow tiles={tilesOf(null)} />
      <Skeleton rows={4} height={126} />
    </>
  );
}

function Nothing() {
  return (
    <Empty
      title={say("No calls yet")}
      command={`curl ${addressOf("v1/models")} -H "Authorization: Bearer $OPENAI_API_KEY"`}
    >
      {say("A workspace appears here with its first call. Point a program's base URL at this service, or try:")}
    </Empty>
  );
}

function Workspaces({ entries }: { entries: readonly Entry[] }) {
  // For measurements: from here on, the page can be used.
  useEffect(() => void performance.mark("workspaces-shown"), []);
  const sought = filterOf("name").toLowerCase();
  const onlyAttention = filterOf("status") === "attention";
  const shown = entries
    .filter((entry) => entry.workspace_id.includes(sought) && (!onlyAttention || needsAttention(entry)))
    .toSorted(orderOf(filterOf("sort")));
  return (
    <>
      <TileRow tiles={tilesOf(entries)} />
      <Filters />
      {shown.length === 0 && <Empty title={say("No workspace matches")} />}
      <ul class="grid">{shown.map((entry) => <Workspace key={entry.workspace_id} entry={entry} />)}</ul>
    </>
  );
}

function Filters() {
  return (
    <div class="filters" role="search">
      <label class="field">
        <span>{say("Find a workspace")}</span>
        <input
          type="search"
          value={filterOf("name")}
          onInput={(event) => setFilter("name", [event.currentTarget.value])}
        />
      </label>
      <label class="field">
        <span>{say("Show|filter")}</span>
        <select value={filterOf("status")} onChange={(event) => setFilter("status", [event.currentTarget.value])}>
          <option value="">{say("All workspaces")}</option>
          <option value="attention">{say("Those that need attention")}</option>
        </select>
      </label>
      <label class="field">
        <span>{say("Order")}</span>
        <select value={filterOf("sort")} onChange={(event) => setFilter("sort", [event.currentTarget.value])}>
          <option value="">{say("Tightest first")}</option>
          <option value="name">{say("By name")}</option>
          <option value="calls">{say("Most calls today first")}</option>
          <option value="spend">{say("Most spent today first")}</option>
        </select>
      </label>
    </div>
  );
}

function Workspace({ entry }: { entry: Entry }) {
  const { workspace_id, status, percentage, tightest, budget, calls = 0, spend } = entry;
  const share = percentage === null ? null : usedPercent(percentage, 100);
  return (
    <li class={`card workspace tone-${toneOf(status)}`}>
      <div class="head">
        <Shape state={status} />
        <h2 title={workspace_id} dir="auto">
          <Link to={{ place: "workspace", workspace: workspace_id, range: null }}>{workspace_id}</Link>
        </h2>
        <strong class="number">{share === null ? "–" : percentText(share)}</strong>
      </div>
      <div
        class="bar"
        role="meter"
        aria-label={say("Used of the tightest limit of {workspace}", { workspace: workspace_id })}
        aria-valuenow={Math.min(100, share ?? 0)}
        aria-valuetext={share === null ? say("No limit is set") : percentText(share)}
      >
        <div class="used" style={{ width: `${Math.min(100, share ?? 0)}%` }} />
      </div>
      <p class="limit" dir="auto">
        {budget
          ? phraseOf(budget)
          : tightest
          ? limitName(say(METER_LABELS[tightest.name].phrase), tightest.model ?? undefined)
          : say("No limit is set")}
      </p>
      <p class="row muted">
        {status === "normal"
          ? endOf(entry)
          : [labelOf({ state: status, view: EMPTY_VIEW }), endOf(entry)].filter(Boolean).join(" · ")}
      </p>
      <p class="row muted number">
        <span>{say("{calls} calls today", { calls: fullCount(calls) })}</span>
        {spend && <span>{spendText(spend)}</span>}
      </p>
    </li>
  );
}

function needsAttention({ status }: Entry): boolean {
  return status !== "normal";
}

/** @param entries `null` while they are not known. */
function tilesOf(entries: readonly Entry[] | null) {
  const count = (fits: (entry: Entry) => boolean) => entries && fullCount(entries.filter(fits).length);
  const attention = entries?.filter(needsAttention) ?? [];
  const blocked = attention.filter(({ status }) => isBlocked(status));
  const tightest = entries?.toSorted(orderOf(""))[0];
  return [
    {
      label: say("Need attention"),
      value: count(needsAttention),
      detail: entries && say("of {count} workspaces", { count: fullCount(entries.length) }),
      tone: blocked.length > 0 ? "critical" as const : attention.length > 0 ? "warning" as const : undefined,
    },
    { label: say("Refusing calls"), value: count(({ status }) => isBlocked(status)), detail: blocked[0]?.workspace_id },
    {
      label: say("Tightest"),
      value: tightest && tightest.percentage !== null ? percentText(usedPercent(tightest.percentage, 100)) : null,
      detail: tightest?.workspace_id,
    },
    {
      label: say("Calls today"),
      value: entries && fullCount(entries.reduce((sum, { calls = 0 }) => sum + calls, 0)),
    },
    spendTile(entries && spendOf(entries)),
  ];
}
