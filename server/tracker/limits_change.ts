/** Other limits while the service runs: in force at once, and what is counted and held stays. */
import type { LimitsFile } from "../../shared/limits.ts";
import type { TrackerParts } from "./parts.ts";
import { raiseModels } from "./rebuild.ts";
import type { Workspace } from "./workspace.ts";

/** Puts them in force in every workspace, and lets those in who have waited for more. */
export function changeLimits(parts: TrackerParts, file: LimitsFile): void {
  parts.limits.replace(file);
  for (const workspace of parts.workspaces.values()) {
    const known = workspace.models.size;
    workspace.reloadLimits();
    if (workspace.models.size > known) countNewModels(parts, workspace);
    parts.changes.touch(workspace);
    parts.waiting.advance(workspace.id);
  }
}

/** A model's limits may be set in the middle of a day: the ledger knows what the model has used of it. */
async function countNewModels(parts: TrackerParts, workspace: Workspace): Promise<void> {
  const { changes, clock, ledger, log, today, writer } = parts;
  try {
    await writer.flushed();
    const { start_ms, end_ms } = today();
    raiseModels(workspace, await ledger.usage(workspace.id, start_ms, end_ms), clock.now(), start_ms);
    changes.touch(workspace);
  } catch (error) {
    log("model_usage_unknown", { workspace_id: workspace.id, cause: String(error) });
  }
}
