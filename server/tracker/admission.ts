/** Decides whether an attempt is admitted, and reserves for it. */
import type { AttemptPlan, Refusal } from "../attempts/recorder.ts";
import type { Clock } from "../core/clock.ts";
import { limitsOfNames, NO_LIMITS } from "../core/workspace_limits.ts";
import {
  type Awaitable,
  type FullLimit,
  type Hold,
  isFullLimit,
  type LiveStore,
  whenReady,
} from "../live/live_store.ts";
import type { Reservation, Slot } from "../live/live_store.ts";
import type { OpenAnswer } from "./gauges/open_answers.ts";
import { maxTokens } from "./gauges/stats.ts";
import { budgetRefusal } from "./budgets/budget_refusal.ts";
import type { ShadowCounts } from "./budgets/shadow_counts.ts";
import type { SpendHold } from "./budgets/workspace_spend.ts";
import { fullRefusal, ledgerRefusal, tooManyWorkspaces } from "./refusals.ts";
import type { Workspace } from "./workspace.ts";
import type { Workspaces } from "./workspaces.ts";
import type { PendingUse } from "./provider/provider_state.ts";

/** The parts that {@link Admission} uses. */
interface AdmissionParts {
  clock: Clock;
  live: LiveStore;
  workspaces: Workspaces;
  /** Whether anything is refused. */
  enforcing: boolean;
  /** Whether the ledger accepts no entries at present. */
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
    if (!workspace) return tooManyWorkspaces(plan.workspace_id, workspaces.max);
    const now_ms = clock.now();
    workspace.used_at_ms = now_ms;
    workspace.endRaises(now_ms);
    if (plan.takes_request === false) return freeAttempt(plan, workspace, now_ms, leased);
    const held_back = enforce ? workspace.provider.refuse(plan, now_ms) : null;
    if (held_back) return held_back;
    const answer = workspace.answers.open(plan, tokenLimit(plan, workspace), now_ms);
    const tokens = answer ? plan.input_tokens + answer.tokens : plan.tokens;
    const { model } = plan;
    const answered = workspace.names.expected(model);
    const { budgets, slot } = workspace;
    const money = budgets.reserve({ plan, answered, expected_output: answer?.tokens ?? 0, now_ms, enforce });
    if (!("counters" in money)) {
      answer?.end();
      return budgetRefusal(plan, money, now_ms);
    }
    const reservation = { model, answered, tokens, now_ms, limits: workspace.limits, enforce };
    const { shadow } = budgets;
    if (shadow) this.#observe(shadow, slot, reservation);
    const open = { plan, workspace, hold: NOTHING_HELD, money, answer, sent: null, leased, ended: false };
    const decision = live.reserve(slot, reservation);
    // Without a closure where the store answers immediately, as it does for most calls.
    if (!(decision instanceof Promise)) return decided(open, decision, reservation);
    decision.catch(() => giveBack(open));
    return decision.then((decision) => decided(open, decision, reservation));
  }

  /** Counts the call where limits that are only observed would refuse it. */
  #observe(shadow: ShadowCounts, slot: Slot, { tokens, now_ms, ...names }: Reservation): void {
    const answer = this.#parts.live.snapshot(slot, now_ms, shadow.rules.limits);
    const counted = whenReady(answer, (snapshot) => shadow.addLimits(snapshot, names, tokens));
    // A store elsewhere that fails is told of by the reservation.
    if (counted instanceof Promise) counted.catch(() => {});
  }

  /** Creates the workspace if it is new. Returns the refusal if there are too many. */
  makeRoom(workspace_id: string): Refusal | null {
    const { workspaces } = this.#parts;
    return workspaces.open(workspace_id) ? null : tooManyWorkspaces(workspace_id, workspaces.max);
  }
}

/** Completes an attempt with the answer of the live store. */
function decided(
  open: OpenAttempt,
  decision: Hold | FullLimit,
  { tokens, now_ms }: Reservation,
): OpenAttempt | Refusal {
  const { plan, workspace } = open;
  if (isFullLimit(decision)) {
    giveBack(open);
    return fullRefusal(plan, decision, tokens, now_ms);
  }
  open.hold = decision;
  open.sent = workspace.provider.sent(plan, now_ms);
  return open;
}

function giveBack({ workspace, answer, money }: OpenAttempt): void {
  answer?.end();
  if (money) workspace.budgets.release(money);
}

const NOTHING_HELD: Hold = Object.freeze({ at_ms: 0, tokens: 0, remaining: NO_LIMITS });

/** An attempt that takes no request of the limits: it is counted, and never refused because of them. */
function freeAttempt(plan: AttemptPlan, workspace: Workspace, at_ms: number, leased: boolean): OpenAttempt {
  const hold = { at_ms, tokens: 0, remaining: NO_LIMITS };
  return { plan, workspace, hold, money: null, answer: null, sent: null, leased, ended: false };
}

/** The smallest token limit that an attempt counts against. */
function tokenLimit({ model }: AttemptPlan, { limits, names }: Workspace): number {
  let least = maxTokens(limits.limits);
  if (limits.models.size === 0) return least;
  for (const limit of limitsOfNames(limits.models, model, names.expected(model))) {
    least = Math.min(least, maxTokens(limits.models.get(limit)!));
  }
  return least;
}

/**
 * An attempt of another process that is not reported for this long counts as sent, with unknown usage: that process may
 * have died. An attempt that this process sends has no lease, because it is settled whatever happens, however long its
 * stream is.
 */
export const LEASE_MS = 15 * 60_000;

/** An admitted attempt that has not ended. */
export interface OpenAttempt {
  readonly plan: AttemptPlan;
  readonly workspace: Workspace;
  /** In the live store, unless the attempt takes no request. */
  hold: Hold;
  /** What it holds of budgets; `null` where it costs nothing. */
  readonly money: SpendHold | null;
  /** Its answer among those of its model; `null` where it has none in tokens. */
  readonly answer: OpenAnswer | null;
  /** As it was compared with the provider's count. */
  sent: PendingUse | null;
  /** Whether another process sends it: then it has a lease. */
  readonly leased: boolean;
  ended: boolean;
}

/** Those of every workspace: this process's counted, other processes' by id. */
export class OpenAttempts {
  readonly #leased = new Map<string, OpenAttempt>();
  #here = 0;

  get size(): number {
    return this.#here + this.#leased.size;
  }

  /** The leased attempt of that id. */
  get(id: string): OpenAttempt | undefined {
    return this.#leased.get(id);
  }

  add(attempt: OpenAttempt): void {
    attempt.workspace.in_flight++;
    if (attempt.leased) this.#leased.set(attempt.plan.id, attempt);
    else this.#here++;
  }

  /** Ends an attempt; `false` when it has ended before. The caller that gets `true` does what the end requires. */
  end(attempt: OpenAttempt): boolean {
    if (attempt.ended) return false;
    attempt.ended = true;
    attempt.answer?.end();
    attempt.workspace.in_flight--;
    if (attempt.leased) this.#leased.delete(attempt.plan.id);
    else this.#here--;
    return true;
  }

  /** Ends those whose lease has run out, and returns them, oldest first. */
  endExpired(now_ms: number): OpenAttempt[] {
    const expired: OpenAttempt[] = [];
    for (const attempt of this.#leased.values()) {
      if (now_ms - attempt.hold.at_ms < LEASE_MS) break;
      if (this.end(attempt)) expired.push(attempt);
    }
    return expired;
  }
}
