/** An admin's actions while the service runs: new limits, and resets. */
import type { ResetScope } from "../../shared/api.ts";
import type { LimitsFile, LimitsReport, WorkspaceSettings } from "../../shared/limits.ts";
import type { RulesInForce } from "../core/budgets/rules_in_force.ts";
import type { Clock } from "../core/clock.ts";
import type { LimitsBook } from "../limits/limits_book.ts";
import type { LiveStore } from "../live/live_store.ts";
import type { Changes } from "./changes.ts";
import type { LedgerOutbox } from "./ledger_outbox.ts";
import type { WaitQueues } from "./wait_queues.ts";
import type { Workspace } from "./workspace.ts";
import type { Workspaces } from "./workspaces.ts";

/** The parts that {@link AdminActions} use. */
interface AdminActionsParts {
  clock: Clock;
  live: LiveStore;
  limits: LimitsBook;
  workspaces: Workspaces;
  writer: LedgerOutbox;
  queues: WaitQueues;
  changes: Changes;
  log: (event: string, fields: Record<string, unknown>) => void;
}

/** After each change, waiting attempts are permitted where the limits allow it now. */
export class AdminActions {
  readonly #parts: AdminActionsParts;

  constructor(parts: AdminActionsParts) {
    this.#parts = parts;
  }

  /** The limits that are set for a workspace, and those in force for it. */
  limits(workspace_id: string): LimitsReport {
    return this.#parts.limits.report(workspace_id, this.#parts.clock.now());
  }

  /** The rules in force without temporary raises, and those that settings of the workspace would put in force. */
  preview(workspace_id: string, own: WorkspaceSettings): { current: RulesInForce; proposed: RulesInForce } {
    const { limits } = this.#parts;
    return { current: limits.withoutRaises(workspace_id), proposed: limits.withoutRaises(workspace_id, own) };
  }

  /** Puts new limits in force. Counts and holds stay. */
  setLimits(file: LimitsFile): void {
    const { clock, limits, workspaces } = this.#parts;
    // Configured workspaces whose spend is kept return to memory: so their listeners learn of the change.
    for (const id of Object.keys(file.workspaces ?? {})) workspaces.revive(id);
    limits.replace(file);
    for (const workspace of workspaces.values()) {
      workspace.reloadLimits(clock.now());
      this.#changed(workspace);
    }
  }

  /** Resets counters or status. The ledger stays, and attempts in flight stay reserved. */
  reset(workspace_id: string, scope: ResetScope): void {
    const { log, workspaces } = this.#parts;
    const workspace = workspaces.get(workspace_id);
    if (workspace) {
      if (scope === "minute" || scope === "all") this.#resetWindow(workspace, "minute");
      if (scope === "day" || scope === "all") this.#resetWindow(workspace, "day");
      if (scope === "status" || scope === "all") workspace.provider.reset();
      workspace.forgetNotices();
      this.#changed(workspace);
    }
    log("quota_reset", { workspace_id, scope });
  }

  /** The ledger keeps the reset, so that a rebuild resets again. */
  #resetWindow(workspace: Workspace, scope: "minute" | "day"): void {
    const { clock, live, log, writer } = this.#parts;
    const { id: workspace_id, slot } = workspace;
    const at_ms = clock.now();
    const answer = live.reset(slot, scope, at_ms);
    writer.write({ kind: "reset", row: { id: crypto.randomUUID(), workspace_id, scope, at_ms } });
    if (!(answer instanceof Promise)) return;
    answer.then(() => this.#changed(workspace), (error) => log("live_store_failing", { cause: String(error) }));
  }

  #changed(workspace: Workspace): void {
    this.#parts.changes.touch(workspace);
    this.#parts.queues.advance(workspace.id);
  }
}
