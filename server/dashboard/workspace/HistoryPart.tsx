/** Use, cost, failures and durations over time, and the attempts behind them. */
import type { History } from "../../../shared/history/history.ts";
import type { StatusBody } from "../../../shared/quota.ts";
import { say, sayCount } from "../../../shared/words/say.ts";
import { addressOf } from "../data/api.ts";
import { Empty, Failure, Loaded } from "../parts/States.tsx";
import { TileRow } from "../parts/Tiles.tsx";
import { route } from "../router.ts";
import { Charts } from "./Charts.tsx";
import { filtersOf } from "./history_query.ts";
import { GroupTable } from "./GroupTable.tsx";
import { HistoryFilters } from "./HistoryFilters.tsx";
import { RecentAttempts } from "./RecentAttempts.tsx";
import { totalTiles } from "./total_tiles.ts";
import { useHistory, useRunningTotals } from "./use_history.ts";

interface HistoryPartProps {
  workspace: string;
  /** For the limits in the charts; `null` while it is not known. */
  status: StatusBody | null;
}

export function HistoryPart({ workspace, status }: HistoryPartProps) {
  const { history, query, csv } = useHistory(workspace);
  const running = useRunningTotals(query);
  return (
    <section class="history" aria-label={say("Over time")}>
      <h2>{say("Over time")}</h2>
      <HistoryFilters step={query.step} />
      <Loaded of={history} skeleton={<Loading />}>
        {(known) =>
          isNothing(known) ? <Nothing workspace={workspace} /> : (
            <>
              <TileRow tiles={totalTiles(known.totals)} />
              <Pending count={known.pending_attempts} />
              {running?.loaded.error && <Failure error={running.loaded.error} retry={running.loaded.refresh} />}
              <Charts history={known} running={running} status={status} csv={csv} />
              {known.by !== null && <GroupTable history={known} by={known.by} />}
            </>
          )}
      </Loaded>
      {history.data && <RecentAttempts workspace={workspace} query={query} />}
    </section>
  );
}

function Loading() {
  return (
    <>
      <TileRow tiles={totalTiles(null)} />
      <div class="charts" role="status">
        <span class="spoken">{say("Loading…")}</span>
        {[0, 1, 2, 3, 4, 5].map((key) => <div key={key} class="card ghost" />)}
      </div>
    </>
  );
}

function isNothing({ totals: { attempts, refused } }: History): boolean {
  return attempts + refused === 0;
}

function Nothing({ workspace }: { workspace: string }) {
  if (filtersOf(route.value).length > 0) {
    return <Empty title={say("No call matches")}>{say("Choose a longer time span or fewer filters.")}</Empty>;
  }
  const command = `curl ${addressOf("v1/models")} -H "X-Workspace-Id: ${workspace}" ` +
    `-H "Authorization: Bearer $OPENAI_API_KEY"`;
  return (
    <Empty title={say("No calls in this time span")} command={command}>
      {say("Calls of this workspace appear here when they have ended. Choose a longer time span, or send one:")}
    </Empty>
  );
}

/** After an update of a large ledger, its older attempts are added for a while. */
function Pending({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <p class="lead muted number">
      {sayCount(count, "{count} attempt is not in these sums yet.", "{count} attempts are not in these sums yet.")}
    </p>
  );
}
