/** An admin's reset: counters and latched status go back, the ledger stays, what is under way stays reserved. */
import { dayOfModel, type ResetRow } from "../ledger/ledger.ts";
import type { ResetScope } from "../../shared/api.ts";
import type { Workspace } from "./workspace.ts";

/** Resets, and tells what the ledger must keep so that a rebuild resets again. */
export function reset(workspace: Workspace, scope: ResetScope, now_ms: number): ResetRow[] {
  const rows: ResetRow[] = [];
  const gauges = [workspace.gauge, ...workspace.models.all()];
  const row = { workspace_id: workspace.id, at_ms: now_ms };
  const setBack = (scope: ResetRow["scope"], baseline_requests: number, baseline_tokens: number): ResetRow => ({
    ...row,
    id: crypto.randomUUID(),
    scope,
    baseline_requests,
    baseline_tokens,
  });
  if (scope === "minute" || scope === "all") {
    for (const { counters } of gauges) counters.resetMinute(now_ms);
    rows.push(setBack("minute", 0, 0));
  }
  if (scope === "day" || scope === "all") {
    // Of the whole day, whatever was reset in it before: a rebuild starts from the ledger's sums, which know no reset.
    const { attempts, total_tokens } = workspace.totals(now_ms);
    for (const { counters } of gauges) counters.resetDay(now_ms);
    for (const [model, { requests, tokens }] of workspace.modelDays.reset()) {
      rows.push(setBack(dayOfModel(model), requests, tokens));
    }
    rows.push(setBack("day", attempts, total_tokens));
  }
  if (scope === "status" || scope === "all") workspace.provider.reset();
  workspace.forgetNotices();
  return rows;
}
