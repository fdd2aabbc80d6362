/**
 * All workspaces: made on first use, up to a maximum. Above it, workspaces that hold nothing make room for new ones, so that
 * invented names do not lock others out. A workspace that is configured or has rows in the ledger is never refused.
 */
import { DEFAULT_WORKSPACE } from "../../shared/workspace.ts";
import type { Clock } from "../core/clock.ts";
import type { LimitsBook } from "../limits/limits_book.ts";
import { KeptSpend } from "./budgets/kept_spend.ts";
import type { WorkspaceBudgets } from "./budgets/workspace_budgets.ts";
import type { Changes } from "./changes.ts";
import { Credentials } from "./provider/credentials.ts";
import type { WaitQueues } from "./wait_queues.ts";
import { Workspace, type WorkspaceRules } from "./workspace.ts";

/** Workspaces that use may create, unless the options set another number. */
export const MAX_WORKSPACES = 10_000;

/** A workspace without rows makes room when it was not used for this long. */
export const IDLE_MS = 10_000;

/**
 * One with rows, when also nothing of it is in the rolling minute or in the day: its counts of requests and tokens are
 * then all zero. What it has spent in the week and the month is kept.
 */
const MINUTE_MS = 62_000;

/** The share of the workspaces that make room together: to find them, all are looked at. */
const SHARE = 0.01;

/** After nothing could make room, the next try is made this much later: meanwhile a refusal costs nothing. */
const RETRY_MS = 1000;

/** The order in which workspaces make room. */
const RANKS = { no_rows: 0, rows: 1, budget: 2 };

/** The parts that need workspaces: one that any of them needs makes no room. */
interface WorkspaceUsers {
  clock: Clock;
  queues: WaitQueues;
  book: LimitsBook;
  changes: () => Changes;
  /** The workspaces that keys name. */
  keyed: () => ReadonlySet<string>;
}

/** Workspaces by id. */
export class Workspaces {
  readonly #rules: WorkspaceRules;
  readonly #users: WorkspaceUsers;
  readonly #known = new Map<string, Workspace>();
  /** Those with rows in the ledger that are not in memory. */
  readonly #earlier = new Set<string>();
  readonly #spend = new KeptSpend();
  #full_until_ms = -Infinity;
  /** The credentials that they use. */
  readonly credentials = new Credentials();
  /** Workspaces that may exist. */
  readonly max: number;

  constructor(rules: Omit<WorkspaceRules, "rulesOf" | "credentials">, users: WorkspaceUsers, max = MAX_WORKSPACES) {
    this.#rules = { ...rules, credentials: this.credentials, rulesOf: (id, now_ms) => users.book.of(id, now_ms) };
    this.#users = users;
    this.max = max;
    this.open(DEFAULT_WORKSPACE);
  }

  get(id: string): Workspace | undefined {
    return this.#known.get(id);
  }

  /** The workspace, made when it is new; `null` when there are too many and none makes room. */
  open(id: string): Workspace | null {
    return this.#known.get(id) ?? this.#make(id);
  }

  /** The workspace, which has rows in the ledger, whatever the maximum is. */
  restore(id: string): Workspace {
    const workspace = this.#known.get(id) ?? this.#add(id);
    workspace.has_rows = true;
    return workspace;
  }

  /** Takes over the workspaces that ever had an attempt, as many as there is room for. */
  remember(ids: readonly string[]): void {
    for (const id of ids) {
      if (this.#known.has(id) || this.#known.size < this.max) this.restore(id);
      else this.#earlier.add(id);
    }
  }

  /** The workspace, or one of the same spend that is not kept: reading creates none. */
  peek(id: string): Workspace {
    return this.#known.get(id) ?? this.#new(id, this.#users.clock.now());
  }

  /**
   * Changes what a workspace has spent. One that the limits file names comes into memory, whatever the maximum is.
   *
   * @returns the workspace if it is in memory.
   */
  changeSpend(id: string, change: (budgets: WorkspaceBudgets) => void): Workspace | undefined {
    const known = this.#known.get(id) ?? (this.#users.book.has(id) ? this.restore(id) : undefined);
    const { budgets } = known ?? this.peek(id);
    change(budgets);
    if (!known) this.#keepSpend(id, budgets);
    return known;
  }

  /** Brings a workspace back into memory if its spend is kept. */
  revive(id: string): void {
    if (this.#spend.has(id)) this.restore(id);
  }

  ids(): IterableIterator<string> {
    return this.#known.keys();
  }

  values(): IterableIterator<Workspace> {
    return this.#known.values();
  }

  #make(id: string): Workspace | null {
    if (this.#known.size < this.max || this.#makeRoom()) return this.#add(id);
    const { book, keyed } = this.#users;
    return this.#earlier.has(id) || book.has(id) || keyed().has(id) ? this.#add(id) : null;
  }

  #add(id: string): Workspace {
    const now_ms = this.#users.clock.now();
    const made = this.#new(id, now_ms);
    made.used_at_ms = now_ms;
    made.has_rows = this.#earlier.delete(id);
    this.#known.set(id, made);
    // The notices of what it has spent were sent before it left memory.
    if (this.#spend.has(id) && made.budgets.hasAny) made.skipNotices(now_ms);
    this.#spend.delete(id);
    return made;
  }

  #new(id: string, now_ms: number): Workspace {
    const made = new Workspace(id, this.#rules, now_ms);
    this.#spend.restore(id, made.budgets.spend);
    return made;
  }

  #keepSpend(id: string, { spend }: WorkspaceBudgets): void {
    this.#spend.keep(id, spend, this.#rules.money.periodsOf(this.#users.clock.now()));
  }

  /**
   * Removes those that were used longest ago: first of those without rows, then of those that were not used today, and of
   * these last the ones that have spent from a budget.
   */
  #makeRoom(): boolean {
    const now_ms = this.#users.clock.now();
    if (now_ms < this.#full_until_ms) return false;
    const idle = this.#idle(now_ms);
    for (const workspace of idle.slice(0, this.#known.size + 1 - this.max + Math.floor(this.max * SHARE))) {
      this.#remove(workspace);
    }
    if (this.#known.size < this.max) return true;
    this.#full_until_ms = now_ms + RETRY_MS;
    return false;
  }

  #idle(now_ms: number): Workspace[] {
    const keyed = this.#users.keyed();
    const last_used = Math.min(now_ms - MINUTE_MS, this.#rules.dayOf(now_ms).start_ms - 1);
    const idle = [...this.#known.values()].filter((workspace) => {
      const { id, has_rows, used_at_ms } = workspace;
      return used_at_ms <= (has_rows ? last_used : now_ms - IDLE_MS) && !this.#isNeeded(workspace) && !keyed.has(id);
    }).map((workspace) => ({ workspace, rank: rankOf(workspace, now_ms) }));
    idle.sort((a, b) => a.rank - b.rank || a.workspace.used_at_ms - b.workspace.used_at_ms);
    return idle.map(({ workspace }) => workspace);
  }

  #isNeeded({ id, in_flight, budgets }: Workspace): boolean {
    const { book, changes, queues } = this.#users;
    return in_flight > 0 || budgets.isHeld || id === DEFAULT_WORKSPACE || book.has(id) || queues.has(id) ||
      changes().isWatched(id);
  }

  #remove(workspace: Workspace): void {
    this.#known.delete(workspace.id);
    if (workspace.has_rows) this.#earlier.add(workspace.id);
    this.#keepSpend(workspace.id, workspace.budgets);
    this.#users.changes().forget(workspace);
    workspace.provider.close();
    const closed = this.#rules.live.close(workspace.slot);
    // A store elsewhere that fails keeps counts that are not read again.
    if (closed instanceof Promise) closed.catch(() => {});
  }
}

function rankOf({ has_rows, budgets }: Workspace, now_ms: number): number {
  if (!has_rows) return RANKS.no_rows;
  return budgets.isSpent(now_ms) ? RANKS.budget : RANKS.rows;
}
