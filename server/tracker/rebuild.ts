/** Counters from the ledger, at start: a restart in mid-minute shows the same numbers. */
import type { ModelUsage, RebuildData } from "../ledger/ledger.ts";
import type { Workspace } from "./workspace.ts";
import type { Workspaces } from "./workspaces.ts";

/** Adds what the ledger kept. Before anything is let in. */
export function rebuild(workspaces: Workspaces, data: RebuildData, now_ms: number, day_start_ms: number): void {
  for (const id of data.workspaces) workspaces.open(id);
  for (const { workspace_id, second, requests, tokens } of data.seconds) {
    workspaces.get(workspace_id)?.counters.countSecond(second, now_ms, requests, tokens);
  }
  for (const usage of data.day) {
    const workspace = workspaces.get(usage.workspace_id);
    workspace?.counters.countDay(now_ms, usage.attempts, usage.total_tokens);
    workspace?.addTotals(usage, now_ms, now_ms);
  }
  for (const { workspace_id, baseline_requests, baseline_tokens, at_ms } of data.day_resets) {
    const workspace = workspaces.get(workspace_id);
    workspace?.counters.countDay(now_ms, -baseline_requests, -baseline_tokens);
    if (workspace) workspace.day_reset_ms = at_ms;
  }
  for (const [id, usage] of Map.groupBy(data.day, ({ workspace_id }) => workspace_id)) {
    const workspace = workspaces.get(id);
    if (workspace) raiseModels(workspace, usage, now_ms, day_start_ms);
  }
}

/**
 * Raises what models with limits of their own have used today to what the ledger knows. Not after a reset of the day: how
 * much of it was a model's is not kept, and a reset must not shut anyone out.
 */
export function raiseModels(
  workspace: Workspace,
  usage: readonly ModelUsage[],
  now_ms: number,
  day_start_ms: number,
): void {
  if (workspace.day_reset_ms >= day_start_ms) return;
  for (const [gauge, parts] of Map.groupBy(usage, ({ model }) => workspace.models.of(model))) {
    const sum = (of: "attempts" | "total_tokens") => parts.reduce((sum, part) => sum + part[of], 0);
    gauge?.counters.raiseDay(now_ms, sum("attempts"), sum("total_tokens"));
  }
}
