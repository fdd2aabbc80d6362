/** Whether an attempt is let in, and what it holds then. */
import type { AttemptPlan, Refusal } from "../attempts/recorder.ts";
import type { Clock } from "../core/clock.ts";
import { limitedModel } from "../core/workspace_limits.ts";
import { type Awaitable, isFullLimit, type LiveStore, whenReady } from "../live/live_store.ts";
import { heldTokens } from "./gauges/held_tokens.ts";
import { maxTokens } from "./gauges/stats.ts";
import type { OpenAttempt } from "./open_attempts.ts";
import { fullRefusal, ledgerRefusal, tooManyWorkspaces } from "./refusals.ts";
import type { Workspace } from "./workspace.ts";
import { MAX_WORKSPACES, type Workspaces } from "./workspaces.ts";

/** The parts that {@link Admission} uses. */
interface AdmissionParts {
  clock: Clock;
  live: LiveStore;
  workspaces: Workspaces;
  /** Whether anything is refused. */
  enforcing: boolean;
  /** Whether the ledger takes nothing at present. */
  ledgerFailing: () => boolean;
}

/** Checks the ledger, the provider and, in the live store, workspace and model, before anything is held. */
export class Admission {
  readonly #parts: AdmissionParts;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /**
   * Holds for an attempt, in its workspace and for its model.
   *
   * @param leased whether another process sends it.
   */
  admit(plan: AttemptPlan, leased: boolean): Awaitable<OpenAttempt | Refusal> {
    const { clock, live, workspaces, enforcing, ledgerFailing } = this.#parts;
    const enforce = enforcing && !plan.begun;
    if (enforce && ledgerFailing()) return ledgerRefusal(plan.workspace_id);
    const workspace = workspaces.open(plan.workspace_id);
    if (!workspace) return tooManyWorkspaces(plan.workspace_id, MAX_WORKSPACES);
    const now_ms = clock.now();
    const held_back = enforce ? workspace.provider.refuse(plan, now_ms) : null;
    if (held_back) return held_back;
    const tokens = tokensFor(plan, workspace);
    const reservation = { model: plan.model, tokens, now_ms, limits: workspace.limits, enforce };
    return whenReady(live.reserve(workspace.slot, reservation), (hold) => {
      if (isFullLimit(hold)) return fullRefusal(plan, hold, tokens, now_ms);
      return { plan, workspace, hold, sent: workspace.provider.sent(plan, now_ms), leased, ended: false };
    });
  }

  /** Makes the workspace where it is new. Returns the refusal when there are too many. */
  makeRoom(workspace_id: string): Refusal | null {
    return this.#parts.workspaces.open(workspace_id) ? null : tooManyWorkspaces(workspace_id, MAX_WORKSPACES);
  }
}

function tokensFor(plan: AttemptPlan, { limits, answers }: Workspace): number {
  const limit = limitedModel(limits.models, plan.model);
  const of_model = limit === null ? Infinity : maxTokens(limits.models.get(limit)!);
  return heldTokens(plan, answers.expected(plan.model), Math.min(maxTokens(limits.limits), of_model));
}
