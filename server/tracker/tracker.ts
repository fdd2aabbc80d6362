/**
 * The one writer: reserve → settle | release. Every attempt of every workspace comes through here; the ledger, the socket,
 * the pages and whatever else wants to know hear of it from here.
 */
import { type CalendarDay, calendarDays } from "../core/calendar_day.ts";
import type { Clock } from "../core/clock.ts";
import type { Limits } from "../core/limits.ts";
import type { AttemptRow, Ledger, RebuildData } from "../ledger/ledger.ts";
import type { Hold } from "../live/workspace_counters.ts";
import type { AttemptPlan, AttemptResult, Permit, Recorder, Refusal } from "../openai/recorder.ts";
import type { Availability, ResetScope } from "../../shared/api.ts";
import type { StatusBody } from "../../shared/quota.ts";
import { attemptRow, countedTokens, unknownResult } from "./attempt_row.ts";
import { availability } from "./availability.ts";
import { totalsOf } from "./day_usage.ts";
import { LedgerWriter } from "./ledger_writer.ts";
import { type ChangeListener, Publisher } from "./publisher.ts";
import { rebuild } from "./rebuild.ts";
import { crowdRefusal, ledgerRefusal } from "./refusals.ts";
import { reset } from "./reset.ts";
import type { Workspace } from "./workspace.ts";
import { MOST_WORKSPACES, Workspaces } from "./workspaces.ts";

export interface TrackerOptions {
  clock: Clock;
  ledger: Ledger;
  limits: Limits;
  warning_ratio: number;
  mode: "enforce" | "observe";
  /** IANA zone in which a day begins. */
  timezone: string;
  /** Told of what a person who runs the service should know. */
  log?: (event: string, fields: Record<string, unknown>) => void;
}

/** An attempt that nobody settles for this long is taken as sent, with unknown usage. */
export const LEASE_MS = 15 * 60_000;

interface OpenAttempt {
  plan: AttemptPlan;
  hold: Hold;
}

export class Tracker implements Recorder {
  readonly #clock: Clock;
  readonly #limits: Limits | null;
  readonly #dayOf: (now_ms: number) => CalendarDay;
  readonly #log: NonNullable<TrackerOptions["log"]>;
  readonly #workspaces: Workspaces;
  /** Under way, oldest first. */
  readonly #open = new Map<string, OpenAttempt>();
  /** Those whose numbers may change by time alone. */
  readonly #active = new Set<Workspace>();
  readonly #publisher: Publisher;
  readonly #writer: LedgerWriter;
  #day_start_ms: number;

  constructor({ clock, ledger, limits, warning_ratio, mode, timezone, log }: TrackerOptions) {
    this.#clock = clock;
    this.#limits = mode === "enforce" ? limits : null;
    this.#dayOf = calendarDays(timezone);
    this.#log = log ?? (() => {});
    this.#workspaces = new Workspaces({ limits, warning_ratio, dayOf: this.#dayOf });
    this.#publisher = new Publisher(clock);
    this.#publisher.subscribe((id) => this.#evaluate(id));
    this.#writer = new LedgerWriter(ledger, (failing, cause) => this.#ledgerChanged(failing, cause));
    this.#day_start_ms = this.day.start_ms;
  }

  /** Today. */
  get day(): CalendarDay {
    return this.#dayOf(this.#clock.now());
  }

  get ledgerFailing(): boolean {
    return this.#writer.failing;
  }

  /** Attempts under way, in all workspaces. */
  get inFlight(): number {
    return this.#open.size;
  }

  reserve(plan: AttemptPlan): Permit | Refusal {
    if (this.#limits && this.#writer.failing) return ledgerRefusal(plan.workspace_id);
    const workspace = this.#workspaces.open(plan.workspace_id);
    if (!workspace) return crowdRefusal(plan.workspace_id, MOST_WORKSPACES);
    const now = this.#clock.now();
    const hold = workspace.counters.reserve(now, plan.tokens, this.#limits);
    if (typeof hold === "string") return workspace.refuse(hold, plan, now);
    this.#open.set(plan.id, { plan, hold });
    this.#touch(workspace);
    return {
      settle: (result) => this.#settle(plan.id, result),
      release: (reason) => this.#release(plan.id, reason),
    };
  }

  /** Gives back what was reserved under an id; `false` when there is no such reservation. */
  release(id: string): boolean {
    return this.#release(id, null);
  }

  /** Counts an attempt that the ledger has taken already: reported by a client elsewhere, reserved here or not. */
  countStored(row: AttemptRow, told: Pick<AttemptResult, "limit_headers" | "error_message">): void {
    const workspace = this.#workspaces.open(row.workspace_id);
    if (!workspace) return;
    const now = this.#clock.now();
    const open = this.#open.get(row.id);
    this.#open.delete(row.id);
    if (open) workspace.counters.settle(open.hold, now, countedTokens(row));
    else workspace.counters.count(row.started_at_ms, now, 1, countedTokens(row));
    this.#learn(workspace, row, { ...row, ...told });
  }

  status(workspace_id: string): StatusBody {
    return this.#workspaces.look(workspace_id).body(this.#clock.now(), this.#writer.failing);
  }

  availability(workspace_id: string): Availability {
    return availability(this.status(workspace_id), this.#clock.now());
  }

  /** Told of each workspace that has changed, at most once a frame. Returns how to stop. */
  onChange(listener: ChangeListener): () => void {
    return this.#publisher.subscribe(listener);
  }

  reset(workspace_id: string, scope: ResetScope): void {
    const workspace = this.#workspaces.get(workspace_id);
    if (workspace) {
      for (const row of reset(workspace, scope, this.#clock.now())) this.#writer.write({ kind: "reset", row });
      this.#touch(workspace);
    }
    this.#log("quota_reset", { workspace_id, scope });
  }

  /** Takes over what the ledger kept, at start, before anything is let in. */
  load(data: RebuildData): void {
    const now = this.#clock.now();
    rebuild(this.#workspaces, data, now);
    for (const workspace of this.#workspaces.values()) {
      this.#active.add(workspace);
      // Whoever is close to a limit was told of it before the restart.
      workspace.evaluate(now, this.#writer.failing);
    }
  }

  /** Does what time does: expires leases, tells of windows that drain and of a new day. Call it once a second. */
  tick(): void {
    const now = this.#clock.now();
    this.#expireLeases(now);
    if (this.#writer.failing) this.#writer.retry();
    const { start_ms } = this.day;
    if (start_ms !== this.#day_start_ms) {
      this.#day_start_ms = start_ms;
      for (const workspace of this.#workspaces.values()) this.#touch(workspace);
    }
    for (const workspace of this.#active) this.#age(workspace, now);
  }

  /** Resolves when all that was settled is durable, or cannot be made so. */
  drained(): Promise<void> {
    return this.#writer.idle();
  }

  close(): void {
    this.#publisher.close();
  }

  #settle(id: string, result: AttemptResult): void {
    const open = this.#open.get(id);
    const workspace = open && this.#workspaces.get(open.plan.workspace_id);
    if (!workspace) return;
    this.#open.delete(id);
    const row = attemptRow(open.plan, result, open.hold.at_ms);
    workspace.counters.settle(open.hold, this.#clock.now(), countedTokens(row));
    this.#writer.write({ kind: "attempt", row });
    this.#learn(workspace, row, result);
  }

  #learn(workspace: Workspace, row: AttemptRow, result: Parameters<Workspace["provider"]["learn"]>[0]): void {
    const now = this.#clock.now();
    workspace.addTotals(totalsOf(row), row.started_at_ms, now);
    workspace.provider.learn(result, now);
    this.#touch(workspace);
  }

  #release(id: string, unreachable: string | null): boolean {
    const open = this.#open.get(id);
    const workspace = open && this.#workspaces.get(open.plan.workspace_id);
    if (!workspace) return false;
    this.#open.delete(id);
    workspace.counters.release(open.hold, this.#clock.now());
    if (unreachable !== null) workspace.provider.unreachable(unreachable);
    this.#touch(workspace);
    return true;
  }

  #expireLeases(now_ms: number): void {
    for (const [id, { plan, hold }] of this.#open) {
      if (now_ms - hold.at_ms < LEASE_MS) return;
      this.#log("lease_expired", { workspace_id: plan.workspace_id, attempt: id });
      this.#settle(id, unknownResult(plan, now_ms - hold.at_ms));
    }
  }

  #age(workspace: Workspace, now_ms: number): void {
    if (workspace.hasAged(now_ms, this.#writer.failing)) this.#touch(workspace);
    else if (workspace.isIdle(now_ms)) this.#active.delete(workspace);
  }

  #touch(workspace: Workspace): void {
    workspace.seq++;
    this.#active.add(workspace);
    this.#publisher.touch(workspace.id);
  }

  #evaluate(id: string): void {
    const notice = this.#workspaces.get(id)?.evaluate(this.#clock.now(), this.#writer.failing);
    if (notice) this.#writer.write({ kind: "notice", row: notice });
  }

  #ledgerChanged(failing: boolean, cause: unknown): void {
    this.#log(failing ? "ledger_failing" : "ledger_recovered", failing ? { cause: String(cause) } : {});
    for (const workspace of this.#workspaces.values()) this.#touch(workspace);
  }
}
