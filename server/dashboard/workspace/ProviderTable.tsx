/** The remaining limits as the provider reports them, with our own count of the same limits. */
import type { StatusBody } from "../../../shared/quota.ts";
import { ago, fullCount, METER_LABELS, percentText } from "../../../shared/format.ts";
import { wholeShare } from "../../../shared/ui/meters/describe_reported.ts";
import { ourMeter, type Reported, reportsOf } from "../../../shared/ui/meters/reported.ts";
import { limitName, type NamedMeter } from "../../../shared/ui/meters/tightest.ts";
import { say } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import { now } from "../data/now.ts";
import { type Column, Table } from "../parts/Table.tsx";

interface Row {
  report: Reported;
  /** Our count of the same limit; `null` where no such limit is set here. */
  ours: Pick<NamedMeter, "name" | "model"> & { current: number; limit: number } | null;
}

const UNITS = { requests: "Requests|tile", tokens: "Tokens|column" } as const satisfies Record<Reported["unit"], Text>;

export function ProviderTable({ status }: { status: StatusBody }) {
  return (
    <section class="part">
      <h2>{say("As OpenAI counts")}</h2>
      <p class="lead muted">
        {say(
          "OpenAI reports its limits with its answers. It counts the whole organization, and its limits refill continuously.",
        )}
      </p>
      <Table
        caption={say("As OpenAI counts")}
        columns={columns()}
        rows={rowsOf(status)}
        keyOf={({ report: { pool, unit } }) => JSON.stringify([pool, unit])}
        sort_name="reports"
      />
    </section>
  );
}

function rowsOf(status: StatusBody): Row[] {
  return reportsOf(status).map((report) => {
    const own = ourMeter(report, status);
    const stats = own?.model === undefined
      ? status.stats
      : status.models?.find(({ model }) => model === own.model)?.stats;
    const meter = own && stats?.[own.name];
    return { report, ours: own && meter ? { ...own, current: meter.current, limit: meter.limit } : null };
  });
}

const columns = (): Column<Row>[] => [
  {
    id: "pool",
    title: say("Model|column"),
    cell: ({ report: { pool } }) => <bdi class="names">{pool}</bdi>,
    by: ({ report: { pool } }) => pool,
  },
  { id: "unit", title: say("Counts|column"), cell: ({ report: { unit } }) => say(UNITS[unit]) },
  {
    id: "share",
    title: say("OpenAI: used"),
    cell: ({ report }) => percentText(wholeShare(report)),
    by: ({ report }) => wholeShare(report),
    number: true,
  },
  {
    id: "left",
    title: say("OpenAI: left"),
    cell: ({ report: { limit: { remaining, limit } } }) => ofText(remaining, limit),
    number: true,
  },
  {
    id: "ours",
    title: say("Counted here"),
    cell: ({ ours }) => ours ? <span title={nameOf(ours)}>{ofText(ours.current, ours.limit)}</span> : "–",
    number: true,
  },
  {
    id: "elsewhere",
    title: say("Used elsewhere|column"),
    cell: ({ report: { elsewhere } }) => elsewhere === null ? "–" : fullCount(elsewhere),
    number: true,
  },
  {
    id: "age",
    title: say("Reported|column"),
    cell: ({ report: { observed_at } }) => ago(now.value - Date.parse(observed_at)),
  },
];

function nameOf({ name, model }: Pick<NamedMeter, "name" | "model">): string {
  return limitName(say(METER_LABELS[name].long), model);
}

function ofText(part: number, whole: number): string {
  return say("{used} of {limit}", { used: fullCount(part), limit: fullCount(whole) });
}
