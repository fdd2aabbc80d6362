/** Counters from the ledger, at start: a restart in mid-minute shows the same numbers. */
import type { RebuildData } from "../ledger/ledger.ts";
import type { Workspaces } from "./workspaces.ts";

/** Adds what the ledger kept. Before anything is let in. */
export function rebuild(workspaces: Workspaces, data: RebuildData, now_ms: number): void {
  for (const id of data.workspaces) workspaces.open(id);
  for (const { workspace_id, second, requests, tokens } of data.seconds) {
    workspaces.get(workspace_id)?.counters.countSecond(second, now_ms, requests, tokens);
  }
  for (const usage of data.day) {
    const workspace = workspaces.get(usage.workspace_id);
    workspace?.counters.countDay(now_ms, usage.attempts, usage.total_tokens);
    workspace?.addTotals(usage, now_ms, now_ms);
  }
  for (const { workspace_id, baseline_requests, baseline_tokens } of data.day_resets) {
    workspaces.get(workspace_id)?.counters.countDay(now_ms, -baseline_requests, -baseline_tokens);
  }
}
