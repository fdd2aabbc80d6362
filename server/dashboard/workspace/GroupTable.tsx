/** The groups of a history with their sums. A name leaves the calls of its group alone. */
import type { History, HistoryGroup } from "../../../shared/history/history.ts";
import type { HistoryDimension } from "../../../shared/history/history_names.ts";
import { fullCount } from "../../../shared/format.ts";
import { nanosOf } from "../../../shared/ui/meters/money_text.ts";
import { say } from "../../../shared/words/say.ts";
import { groupText } from "../charts/group_text.ts";
import { millisText } from "../charts/history_series.ts";
import { costText, requestsOf, tokensOf } from "../charts/measures.ts";
import { type Column, Table } from "../parts/Table.tsx";
import { setFilter } from "../router.ts";
import { DIMENSION_NAMES } from "./dimension_names.ts";
import type { Dimension } from "./history_query.ts";

export function GroupTable({ history, by }: { history: History; by: HistoryDimension }) {
  const title = say(DIMENSION_NAMES[by as Dimension]);
  return (
    <section class="part">
      <h3>{say("Sums of the time span")}</h3>
      <Table
        caption={say("Sums of the time span")}
        columns={[nameColumn(title, by), ...countColumns(by), ...otherColumns()]}
        rows={history.groups}
        keyOf={({ group, other }) => JSON.stringify([group, other])}
        sort_name="groups"
      />
    </section>
  );
}

function nameColumn(title: string, by: HistoryDimension): Column<HistoryGroup> {
  return {
    id: "name",
    title,
    by: (of) => groupText(by, of),
    cell: (of) => {
      const { group, other } = of;
      const text = <bdi class="names">{groupText(by, of)}</bdi>;
      if (group === null || other) return text;
      return (
        <button type="button" class="link" title={say("Only this one")} onClick={() => setFilter(by, [group])}>
          {text}
        </button>
      );
    },
  };
}

const countColumns = (by: HistoryDimension): Column<HistoryGroup>[] => [
  {
    id: "requests",
    title: say("Requests|tile"),
    cell: ({ totals }) => fullCount(requestsOf(totals, by)),
    by: ({ totals }) => requestsOf(totals, by),
    number: true,
  },
  {
    id: "failed",
    title: say("Failed|outcome"),
    cell: ({ totals }) => fullCount(totals.failed),
    by: ({ totals }) => totals.failed,
    number: true,
  },
  {
    id: "tokens",
    title: say("Tokens|column"),
    cell: ({ totals }) => fullCount(tokensOf(totals)),
    by: ({ totals }) => tokensOf(totals),
    number: true,
  },
];

const otherColumns = (): Column<HistoryGroup>[] => [
  {
    id: "cost",
    title: say("Cost"),
    cell: ({ totals }) => costText(totals),
    // Equal widths sort as texts.
    by: ({ totals }) => String(nanosOf(totals.cost_usd)).padStart(22, "0"),
    number: true,
  },
  {
    id: "duration",
    title: say("Duration, p95"),
    cell: ({ totals }) => millisText(totals.latency_ms?.p95 ?? null),
    by: ({ totals }) => totals.latency_ms?.p95 ?? -1,
    number: true,
  },
];
