/**
 * The one writer: reserve → settle | release. Every attempt of every workspace comes through here; the ledger, the socket,
 * the pages and whatever else wants to know hear of it from here.
 */
import { type CalendarDay, calendarDays } from "../core/calendar_day.ts";
import type { Clock } from "../core/clock.ts";
import type { Limits } from "../core/limits.ts";
import type { AttemptRow, Ledger, RebuildData } from "../ledger/ledger.ts";
import type { AttemptPlan, AttemptResult, Permit, Recorder, Refusal, Wait } from "../openai/recorder.ts";
import type { Availability, ResetScope } from "../../shared/api.ts";
import type { LimitsFile, LimitsReport } from "../../shared/limits.ts";
import type { MeterName, StatusBody } from "../../shared/quota.ts";
import { attemptRow, countedTokens, unknownResult } from "./attempt_row.ts";
import { availability } from "./availability.ts";
import { totalsOf } from "./day_usage.ts";
import type { Gauge } from "./gauge.ts";
import { heldTokens } from "./held_tokens.ts";
import { LedgerWriter } from "./ledger_writer.ts";
import { LimitsBook } from "./limits_book.ts";
import { type OpenAttempt, OpenAttempts } from "./open_attempts.ts";
import { type ChangeListener, Publisher } from "./publisher.ts";
import { raiseModels, rebuild } from "./rebuild.ts";
import { crowdRefusal, ledgerRefusal, limitRefusal } from "./refusals.ts";
import { reset } from "./reset.ts";
import { WaitingLines } from "./waiting_lines.ts";
import type { Workspace } from "./workspace.ts";
import { MOST_WORKSPACES, Workspaces } from "./workspaces.ts";

/** What it counts with and by which rules. */
export interface TrackerOptions {
  clock: Clock;
  ledger: Ledger;
  /** What a workspace may use for which nothing else is set. */
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
  readonly #ledger: Ledger;
  /** Whether anything is refused. */
  readonly #enforcing: boolean;
  readonly #limits: LimitsBook;
  readonly #dayOf: (now_ms: number) => CalendarDay;
  readonly #log: NonNullable<TrackerOptions["log"]>;
  readonly #workspaces: Workspaces;
  readonly #open = new OpenAttempts();
  readonly #waiting: WaitingLines;
  /** Those whose numbers may change by time alone. */
  readonly #active = new Set<Workspace>();
  readonly #publisher: Publisher;
  readonly #writer: LedgerWriter;
  #day_start_ms: number;

  constructor({ clock, ledger, limits, warning_ratio, mode, timezone, log }: TrackerOptions) {
    this.#clock = clock;
    this.#ledger = ledger;
    this.#enforcing = mode === "enforce";
    this.#limits = new LimitsBook(limits);
    this.#dayOf = calendarDays(timezone);
    this.#log = log ?? (() => {});
    this.#workspaces = new Workspaces({ limitsOf: (id) => this.#limits.of(id), warning_ratio, dayOf: this.#dayOf });
    this.#waiting = new WaitingLines(clock);
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

  /** Attempts that wait for a minute to open, in all workspaces. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** For an attempt that this process sends: it settles it or releases it, however long that takes. */
  reserve(plan: AttemptPlan): Permit | Refusal;
  reserve(plan: AttemptPlan, wait?: Wait): Permit | Refusal | Promise<Permit | Refusal>;
  reserve(plan: AttemptPlan, wait?: Wait): Permit | Refusal | Promise<Permit | Refusal> {
    return this.#decide(plan, () => this.#try(plan, false), wait);
  }

  /** For an attempt that another process sends, which may die with it: what nobody reports ends in unknown. */
  lease(plan: AttemptPlan, wait?: Wait): Permit | Refusal | Promise<Permit | Refusal> {
    const attempt = () => {
      // An attempt whose plan comes again, because the answer was lost, is still one.
      const before = this.#open.get(plan.id);
      if (before && this.#open.end(before)) this.#drop(before);
      return this.#try(plan, true);
    };
    return this.#decide(plan, attempt, wait);
  }

  /** Gives back what was leased under an id; `false` when there is no such lease. */
  release(id: string): boolean {
    const open = this.#open.get(id);
    return open !== undefined && this.#release(open, null);
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
    const held = this.#open.get(row.id);
    if (held && this.#open.end(held)) this.#drop(held);
    const workspace = fresh ? this.#workspaces.open(row.workspace_id) : null;
    if (workspace) this.#countReported(workspace, row, told, held);
    else held?.workspace.provider.unsent(row.id, null, this.#clock.now());
    return fresh;
  }

  /** What is set for a workspace, and what is in force for it. */
  limits(workspace_id: string): LimitsReport {
    const { limits, models } = this.#limits.of(workspace_id);
    const by_model = [...models].map(([model, limits]) => ({ model, limits: { ...limits } }));
    return { workspace_id, own: this.#limits.own(workspace_id), limits: { ...limits }, models: by_model };
  }

  /** Puts other limits in force at once. What is counted and what is held stay. */
  setLimits(file: LimitsFile): void {
    this.#limits.replace(file);
    for (const workspace of this.#workspaces.values()) {
      const known = workspace.models.size;
      workspace.reloadLimits();
      if (workspace.models.size > known) this.#raiseModels(workspace);
      this.#touch(workspace);
      this.#waiting.advance(workspace.id);
    }
  }

  status(workspace_id: string): StatusBody {
    return this.#workspaces.look(workspace_id).body(this.#clock.now(), this.#writer.failing);
  }

  availability(workspace_id: string): Availability {
    return availability(this.status(workspace_id), this.#clock.now(), this.#enforcing);
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
      this.#waiting.advance(workspace_id);
    }
    this.#log("quota_reset", { workspace_id, scope });
  }

  /** Takes over what the ledger kept, at start, before anything is let in. */
  load(data: RebuildData): void {
    const now = this.#clock.now();
    rebuild(this.#workspaces, data, now, this.day.start_ms);
    for (const workspace of this.#workspaces.values()) {
      this.#active.add(workspace);
      // Whoever is close to a limit was told of it before the restart.
      workspace.evaluate(now, this.#writer.failing);
    }
  }

  /** Does what time does: expires leases, tells of windows that drain and of a new day. Call it once a second. */
  tick(): void {
    const now = this.#clock.now();
    for (const attempt of this.#open.endExpired(now)) this.#expire(attempt, now);
    if (this.#writer.failing) this.#writer.retry();
    const { start_ms } = this.day;
    if (start_ms !== this.#day_start_ms) {
      this.#day_start_ms = start_ms;
      for (const workspace of this.#workspaces.values()) this.#touch(workspace);
    }
    for (const workspace of this.#active) this.#age(workspace, now);
    this.#waiting.tick();
  }

  /** Lets nobody wait any longer: the service stops. */
  dismiss(): void {
    this.#waiting.close();
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

  #decide(
    plan: AttemptPlan,
    attempt: () => Permit | Refusal,
    wait: Wait | undefined,
  ): Permit | Refusal | Promise<Permit | Refusal> {
    if (wait) return this.#waiting.join(plan, attempt, wait);
    // What has come free goes to those who have waited for it.
    if (this.#waiting.has(plan.workspace_id)) this.#waiting.advance(plan.workspace_id);
    return attempt();
  }

  #try(plan: AttemptPlan, leased: boolean): Permit | Refusal {
    if (this.#enforcing && this.#writer.failing) return ledgerRefusal(plan.workspace_id);
    const workspace = this.#workspaces.open(plan.workspace_id);
    if (!workspace) return crowdRefusal(plan.workspace_id, MOST_WORKSPACES);
    const now = this.#clock.now();
    const model = workspace.models.of(plan.model);
    const tokens = tokensFor(plan, workspace, model);
    const refusal = this.#enforcing ? this.#refuse(plan, workspace, model, tokens, now) : null;
    if (refusal) return refusal;
    const open = {
      plan,
      workspace,
      hold: workspace.counters.hold(now, tokens),
      of_model: model && { gauge: model, hold: model.counters.hold(now, tokens) },
      leased,
      ended: false,
    };
    this.#open.add(open);
    workspace.provider.sent(plan, now);
    this.#touch(workspace);
    return {
      settle: (result) => this.#settle(open, result),
      release: (reason) => void this.#release(open, reason),
    };
  }

  /** Looks at every limit before anything is held: the provider's, the workspace's, its model's. */
  #refuse(
    plan: AttemptPlan,
    workspace: Workspace,
    model: Gauge | null,
    tokens: number,
    now_ms: number,
  ): Refusal | null {
    const held_back = workspace.provider.refuse(plan, now_ms);
    if (held_back) return held_back;
    const refusal = (name: MeterName, gauge: Gauge) =>
      limitRefusal(workspace.id, {
        name,
        stats: gauge.stats(now_ms),
        tokens,
        model: gauge === model ? plan.model : null,
        now_ms,
        opens_ms: gauge.opensAt(name, tokens, now_ms),
      });
    const full = workspace.counters.full(now_ms, tokens, workspace.gauge.limits);
    if (full) return refusal(full, workspace.gauge);
    const full_model = model && model.counters.full(now_ms, tokens, model.limits);
    return full_model && refusal(full_model, model);
  }

  #settle(open: OpenAttempt, result: AttemptResult): void {
    if (!this.#open.end(open)) return;
    const { workspace, plan, hold, of_model } = open;
    const now = this.#clock.now();
    const row = attemptRow(plan, result, hold.at_ms);
    const tokens = countedTokens(row);
    workspace.counters.settle(hold, now, tokens);
    of_model?.gauge.counters.settle(of_model.hold, now, tokens);
    this.#learn(workspace, row, result, plan, now);
    this.#writer.write({ kind: "attempt", row });
    this.#waiting.advance(workspace.id);
  }

  /** Counts nothing before the ledger says that no report has come after all. */
  #expire(open: OpenAttempt, now_ms: number): void {
    const { plan, hold } = open;
    this.#log("lease_expired", { workspace_id: plan.workspace_id, attempt: plan.id });
    const row = attemptRow(plan, unknownResult(plan, now_ms - hold.at_ms), hold.at_ms);
    this.#writer.write({ kind: "attempt", row }, (fresh) => {
      this.#drop(open);
      if (fresh) this.#countReported(open.workspace, row, NOTHING_TOLD, open);
    });
  }

  #countReported(workspace: Workspace, row: AttemptRow, told: Told, open: OpenAttempt | undefined): void {
    const now = this.#clock.now();
    const tokens = countedTokens(row);
    const model = open?.of_model?.gauge ?? workspace.models.of(row.model);
    for (const { counters } of model ? [workspace.gauge, model] : [workspace.gauge]) {
      counters.count(row.started_at_ms, now, 1, tokens);
    }
    this.#learn(workspace, row, told, open?.plan, now);
  }

  #learn(workspace: Workspace, row: AttemptRow, told: Told, plan: AttemptPlan | undefined, now: number): void {
    const { usage, usage_source, outcome } = row;
    workspace.addTotals(totalsOf(row), row.started_at_ms, now);
    if (usage_source === "counted" && outcome === "ok" && plan) {
      workspace.answers.learn(plan.model, usage.output_tokens);
    }
    const failure = workspace.provider.learn({
      ...row,
      limit_headers: told.limit_headers,
      error_message: told.error_message,
    }, now);
    if (failure === "credentials") this.#logRefusedKey(row);
    this.#touch(workspace);
  }

  #release(open: OpenAttempt, unreachable: string | null): boolean {
    if (!this.#open.end(open)) return false;
    this.#drop(open);
    open.workspace.provider.unsent(open.plan.id, unreachable, this.#clock.now());
    this.#waiting.advance(open.workspace.id);
    return true;
  }

  #drop({ workspace, hold, of_model }: OpenAttempt): void {
    const now = this.#clock.now();
    workspace.counters.release(hold, now);
    of_model?.gauge.counters.release(of_model.hold, now);
    this.#touch(workspace);
  }

  /** A model's limits may be set in the middle of a day: the ledger knows what the model has used of it. */
  async #raiseModels(workspace: Workspace): Promise<void> {
    try {
      await this.#writer.flushed();
      const { start_ms, end_ms } = this.day;
      raiseModels(workspace, await this.#ledger.usage(workspace.id, start_ms, end_ms), this.#clock.now(), start_ms);
      this.#touch(workspace);
    } catch (error) {
      this.#log("model_usage_unknown", { workspace_id: workspace.id, cause: String(error) });
    }
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

function tokensFor(plan: AttemptPlan, workspace: Workspace, model: Gauge | null): number {
  const limit = Math.min(workspace.gauge.mostTokens, model?.mostTokens ?? Infinity);
  return heldTokens(plan, workspace.answers.expected(plan.model), limit);
}
