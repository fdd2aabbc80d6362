/** Who changed keys, limits and counters. */
import type { AuditTrail } from "../../../shared/access.ts";
import { say } from "../../../shared/words/say.ts";
import { useList } from "../data/list.ts";
import { instantText } from "../keys/key_text.ts";
import { More } from "../parts/More.tsx";
import { Skeleton } from "../parts/Skeleton.tsx";
import { Empty, Loaded } from "../parts/States.tsx";
import { type Column, Table } from "../parts/Table.tsx";
import { filterOf, setFilter } from "../router.ts";

type Entry = AuditTrail["data"][number];

export function Page() {
  const list = useList<Entry>("api/quota/audit");
  return (
    <Loaded of={list} skeleton={<Skeleton rows={12} />}>
      {(entries) => (
        <>
          <Filter />
          <Entries entries={entries.filter(matches(filterOf("text")))} />
          <More of={list} />
        </>
      )}
    </Loaded>
  );
}

function Filter() {
  return (
    <div class="filters" role="search">
      <label class="field">
        <span>{say("Find in the entries below")}</span>
        <input
          type="search"
          value={filterOf("text")}
          onInput={(event) => setFilter("text", [event.currentTarget.value])}
        />
      </label>
    </div>
  );
}

function Entries({ entries }: { entries: readonly Entry[] }) {
  if (entries.length === 0) return <Empty title={say("No entry matches")} />;
  return (
    <Table
      caption={say("Audit")}
      columns={columns()}
      rows={entries}
      keyOf={({ at, action, target, detail }) => JSON.stringify([at, action, target, detail])}
    />
  );
}

const columns = (): Column<Entry>[] => [
  {
    id: "at",
    title: say("Time|column"),
    cell: ({ at }) => <time dateTime={at} class="number">{instantText(at)}</time>,
    by: ({ at }) => at,
  },
  {
    id: "actor",
    title: say("Who|column"),
    cell: ({ actor, address }) => (
      <>
        <bdi>{actor}</bdi>
        {address && <span class="muted" dir="ltr">{` ${address}`}</span>}
      </>
    ),
    by: ({ actor }) => actor,
  },
  {
    id: "action",
    title: say("Action|column"),
    cell: ({ action }) => <code>{action}</code>,
    by: ({ action }) => action,
  },
  { id: "target", title: say("Of|column"), cell: ({ target }) => <bdi>{target}</bdi>, by: ({ target }) => target },
  { id: "detail", title: say("Details|column"), cell: ({ detail }) => <Detail of={detail} /> },
];

function Detail({ of }: { of: Entry["detail"] }) {
  const text = Object.entries(of).map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(" · ");
  return <code class="changes" dir="ltr">{text}</code>;
}

function matches(text: string): (entry: Entry) => boolean {
  const sought = text.trim().toLowerCase();
  return (entry) => Object.values(entry).some((value) => JSON.stringify(value).toLowerCase().includes(sought));
}
