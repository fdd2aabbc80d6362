/** Counters from the ledger, at start: a restart in mid-minute shows the same numbers. */
import { modelOfDay, type RebuildData, type ResetRow, type SecondCount } from "../ledger/ledger.ts";
import type { Gauge } from "./gauges/gauge.ts";
import type { Workspace } from "./workspace.ts";
import type { Workspaces } from "./workspaces.ts";

/** Reaches back over the rolling minute: a count stays for 61 s, and a second is taken whole. */
export const REBUILD_MS = 62_000;

/** Adds what the ledger kept. Before anything is let in. */
export function rebuild(workspaces: Workspaces, data: RebuildData, now_ms: number): void {
  for (const id of data.workspaces) workspaces.open(id);
  for (const count of data.seconds) {
    const workspace = workspaces.get(count.workspace_id);
    if (workspace) countSecond(workspace.gauge, count, now_ms);
    const model = workspace?.models.of(count.model);
    if (model) countSecond(model, count, now_ms);
  }
  for (const usage of data.day) {
    const workspace = workspaces.get(usage.workspace_id);
    workspace?.counters.countDay(now_ms, usage.attempts, usage.total_tokens);
    workspace?.addTotals(usage, usage.model, now_ms, now_ms);
  }
  for (const [id, resets] of Map.groupBy(data.day_resets, ({ workspace_id }) => workspace_id)) {
    const workspace = workspaces.get(id);
    if (workspace) resetDay(workspace, resets, now_ms);
  }
  for (const workspace of workspaces.values()) workspace.countModelDays(workspace.models.all(), now_ms);
}

/** Adds one second to a gauge's minute. */
export function countSecond({ counters }: Gauge, { second, requests, tokens }: SecondCount, now_ms: number): void {
  counters.countSecond(second, now_ms, requests, tokens);
}

/** Sets back again what an admin had: the workspace's day, and each model's that had counted by then. */
function resetDay(workspace: Workspace, resets: readonly ResetRow[], now_ms: number): void {
  for (const { scope, baseline_requests: requests, baseline_tokens: tokens } of resets) {
    const model = modelOfDay(scope);
    if (model === null) workspace.counters.countDay(now_ms, -requests, -tokens);
    else workspace.modelDays.resetTo(model, { requests, tokens });
  }
}
