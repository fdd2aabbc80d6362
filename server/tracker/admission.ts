/** Whether an attempt is let in, and what it holds then. */
import type { AttemptPlan, Refusal } from "../attempts/recorder.ts";
import type { Gauge } from "./gauges/gauge.ts";
import { heldTokens } from "./gauges/held_tokens.ts";
import type { OpenAttempt } from "./open_attempts.ts";
import type { TrackerParts } from "./parts.ts";
import { crowdRefusal, type FullMeter, ledgerRefusal, limitRefusal } from "./refusals.ts";
import type { Workspace } from "./workspace.ts";
import { MOST_WORKSPACES } from "./workspaces.ts";

/** Decides at once and in one go: between the look at the limits and the hold nothing else runs. */
export class Admission {
  readonly #parts: TrackerParts;

  constructor(parts: TrackerParts) {
    this.#parts = parts;
  }

  /**
   * Holds for an attempt, in its workspace and for its model.
   *
   * @param leased whether another process sends it.
   */
  admit(plan: AttemptPlan, leased: boolean): OpenAttempt | Refusal {
    const { writer, workspaces, clock } = this.#parts;
    const enforcing = this.#parts.enforcing && !plan.begun;
    if (enforcing && writer.failing) return ledgerRefusal(plan.workspace_id);
    const workspace = workspaces.open(plan.workspace_id);
    if (!workspace) return crowdRefusal(plan.workspace_id, MOST_WORKSPACES);
    const now = clock.now();
    const model = workspace.models.of(plan.model);
    const tokens = tokensFor(plan, workspace, model);
    const refusal = enforcing ? refuse(plan, workspace, model, tokens, now) : null;
    if (refusal) return refusal;
    const open = {
      plan,
      workspace,
      hold: workspace.counters.hold(now, tokens),
      of_model: model && { gauge: model, hold: model.counters.hold(now, tokens) },
      sent: workspace.provider.sent(plan, now),
      leased,
      ended: false,
    };
    this.#parts.open.add(open);
    this.#parts.changes.touch(workspace);
    return open;
  }

  /** Makes the workspace where it is new; why not, when there are too many. */
  makeRoom(workspace_id: string): Refusal | null {
    return this.#parts.workspaces.open(workspace_id) ? null : crowdRefusal(workspace_id, MOST_WORKSPACES);
  }
}

/** Looks at every limit before anything is held: the provider's, the workspace's, its model's. */
function refuse(
  plan: AttemptPlan,
  workspace: Workspace,
  model: Gauge | null,
  tokens: number,
  now_ms: number,
): Refusal | null {
  const held_back = workspace.provider.refuse(plan, now_ms);
  if (held_back) return held_back;
  const full = workspace.counters.full(now_ms, tokens, workspace.gauge.limits);
  if (full) return refusalOf(workspace.id, workspace.gauge, { name: full, tokens, model: null, now_ms });
  const full_model = model && model.counters.full(now_ms, tokens, model.limits);
  return full_model && refusalOf(workspace.id, model, { name: full_model, tokens, model: plan.model, now_ms });
}

function refusalOf(workspace_id: string, gauge: Gauge, full: Omit<FullMeter, "stats" | "opens_ms">): Refusal {
  const { name, tokens, now_ms } = full;
  const opens_ms = gauge.opensAt(name, tokens, now_ms);
  return limitRefusal(workspace_id, { ...full, stats: gauge.stats(now_ms), opens_ms });
}

function tokensFor(plan: AttemptPlan, workspace: Workspace, model: Gauge | null): number {
  const limit = Math.min(workspace.gauge.mostTokens, model?.mostTokens ?? Infinity);
  return heldTokens(plan, workspace.answers.expected(plan.model), limit);
}
