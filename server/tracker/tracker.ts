/**
 * The one writer: reserve → settle | release. Every attempt of every workspace comes through here; the ledger, the socket,
 * the pages and whatever else wants to know hear of it from here.
 */
import { type CalendarDay, calendarDays } from "../core/calendar_day.ts";
import type { Clock } from "../core/clock.ts";
import type { Limits } from "../core/limits.ts";
import type { AttemptRow, Ledger, RebuildData } from "../ledger/ledger.ts";
import type { AttemptPlan, AttemptResult, Permit, Recorder, Refusal } from "../openai/recorder.ts";
import type { Availability, ResetScope } from "../../shared/api.ts";
import type { StatusBody } from "../../shared/quota.ts";
import { attemptRow, countedTokens, unknownResult } from "./attempt_row.ts";
import { availability } from "./availability.ts";
import { totalsOf } from "./day_usage.ts";
import { LedgerWriter } from "./ledger_writer.ts";
import { type OpenAttempt, OpenAttempts } from "./open_attempts.ts";
import { type ChangeListener, Publisher } from "./publisher.ts";
import { rebuild } from "./rebuild.ts";
import { crowdRefusal, ledgerRefusal } from "./refusals.ts";
import { reset } from "./reset.ts";
import type { Workspace } from "./workspace.ts";
import { MOST_WORKSPACES, Workspaces } from "./workspaces.ts";

/** What it counts with and by which rules. */
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

/** What a response said besides what the ledger keeps. */
export type Told = Pick<AttemptResult, "limit_headers" | "error_message">;

const NOTHING_TOLD: Told = { limit_headers: {}, error_message: null };

/** Counts, decides and tells. In process it is the {@link Recorder} itself; a client elsewhere reaches it over HTTP. */
export class Tracker implements Recorder {
  readonly #clock: Clock;
  /** `null` where nothing is refused. */
  readonly #limits: Limits | null;
  readonly #dayOf: (now_ms: number) => CalendarDay;
  readonly #log: NonNullable<TrackerOptions["log"]>;
  readonly #workspaces: Workspaces;
  readonly #open = new OpenAttempts();
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
    this.#writer = new LedgerWriter(ledger, {
      onChange: (failure) => this.#ledgerChanged(failure),
      onLost: (entry, cause) => this.#log("ledger_entry_lost", { kind: entry.kind, cause: String(cause) }),
    });
    this.#day_start_ms = this.day.start_ms;
  }

  /** Today. */
  get day(): CalendarDay {
    return this.#dayOf(this.#clock.now());
  }

  /** Whether the ledger takes nothing at present. */
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
    // An attempt whose plan comes again, because the answer was lost, is still one.
    this.release(plan.id);
    const now = this.#clock.now();
    const held_back = this.#limits && workspace.provider.refuse(plan, now);
    if (held_back) return held_back;
    const hold = workspace.counters.reserve(now, plan.tokens, this.#limits);
    if (typeof hold === "string") return workspace.refuse(hold, plan, now);
    this.#open.add({ plan, hold, workspace });
    workspace.provider.sent(plan, now);
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

  /** Makes a workspace that is about to be reported for; why not, when there are too many. */
  admit(workspace_id: string): Refusal | null {
    return this.#workspaces.open(workspace_id) ? null : crowdRefusal(workspace_id, MOST_WORKSPACES);
  }

  /**
   * Takes an attempt that a client in another process reports, reserved here before or not; its workspace was let in by
   * {@link admit}. The ledger first: it alone knows what came before, also before a restart.
   *
   * @returns whether it was new.
   * @throws {LedgerError} when it cannot be made durable; it is then not counted.
   */
  async report(reported: AttemptRow, told: Told): Promise<boolean> {
    const open = this.#open.get(reported.id);
    // One clock decides in which second and day an attempt counts, before a restart and after it.
    const started_at_ms = open ? open.hold.at_ms : Math.min(reported.started_at_ms, this.#clock.now());
    const row = { ...reported, started_at_ms };
    const fresh = await this.#writer.append({ kind: "attempt", row });
    const held = this.#open.take(row.id);
    if (held) this.#drop(held);
    const workspace = fresh ? this.#workspaces.open(row.workspace_id) : null;
    if (workspace) this.#count(workspace, row, told);
    else held?.workspace.provider.unsent(row.id, null, this.#clock.now());
    return fresh;
  }

  status(workspace_id: string): StatusBody {
    return this.#workspaces.look(workspace_id).body(this.#clock.now(), this.#writer.failing);
  }

  availability(workspace_id: string): Availability {
    return availability(this.status(workspace_id), this.#clock.now(), this.#limits !== null);
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
    for (const attempt of this.#open.takeExpired(now)) this.#expire(attempt, now);
    if (this.#writer.failing) this.#writer.retry();
    const { start_ms } = this.day;
    if (start_ms !== this.#day_start_ms) {
      this.#day_start_ms = start_ms;
      for (const workspace of this.#workspaces.values()) this.#touch(workspace);
    }
    for (const workspace of this.#active) this.#age(workspace, now);
  }

  /** Resolves when what was settled so far is in the ledger, or waits for it to work again. */
  flushed(): Promise<void> {
    return this.#writer.flushed();
  }

  /** Tells no more; what waits for the ledger is tried once more. */
  async close(): Promise<void> {
    await this.#writer.flushed();
    if (this.#writer.kept > 0) this.#writer.retry();
    await this.#writer.flushed();
    if (this.#writer.kept > 0) this.#log("ledger_entries_lost", { entries: this.#writer.kept });
    this.#publisher.close();
  }

  #settle(id: string, result: AttemptResult): void {
    const open = this.#open.take(id);
    if (!open) return;
    const row = attemptRow(open.plan, result, open.hold.at_ms);
    open.workspace.counters.release(open.hold, this.#clock.now());
    this.#count(open.workspace, row, result);
    this.#writer.write({ kind: "attempt", row });
  }

  /** Counts nothing before the ledger says that no report has come after all. */
  #expire(open: OpenAttempt, now_ms: number): void {
    const { plan, hold } = open;
    this.#log("lease_expired", { workspace_id: plan.workspace_id, attempt: plan.id });
    const row = attemptRow(plan, unknownResult(plan, now_ms - hold.at_ms), hold.at_ms);
    this.#writer.write({ kind: "attempt", row }, (fresh) => {
      this.#drop(open);
      if (fresh) this.#count(open.workspace, row, NOTHING_TOLD);
    });
  }

  #count(workspace: Workspace, row: AttemptRow, told: Told): void {
    const now = this.#clock.now();
    workspace.counters.count(row.started_at_ms, now, 1, countedTokens(row));
    workspace.addTotals(totalsOf(row), row.started_at_ms, now);
    const failure = workspace.provider.learn({ ...told, ...row }, now);
    if (failure === "credentials") this.#logRefusedKey(row);
    this.#touch(workspace);
  }

  #release(id: string, unreachable: string | null): boolean {
    const open = this.#open.take(id);
    if (!open) return false;
    this.#drop(open);
    open.workspace.provider.unsent(id, unreachable, this.#clock.now());
    return true;
  }

  #drop({ workspace, hold }: OpenAttempt): void {
    workspace.counters.release(hold, this.#clock.now());
    this.#touch(workspace);
  }

  #age(workspace: Workspace, now_ms: number): void {
    if (workspace.hasAged(now_ms)) this.#touch(workspace);
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

  /** A key that is wrong is no quota: it is the log's to say, and among the failed calls. */
  #logRefusedKey({ workspace_id, app, http_status, error_code }: AttemptRow): void {
    this.#log("provider_refused_credentials", { workspace_id, app, http_status, error_code });
  }

  #ledgerChanged(failure: unknown): void {
    if (failure === null) this.#log("ledger_recovered", {});
    else this.#log("ledger_failing", { cause: String(failure) });
    for (const workspace of this.#workspaces.values()) this.#touch(workspace);
  }
}
