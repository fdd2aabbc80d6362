/** The one writer: reserve, then settle or release. Every attempt passes through here, and every change is published here. */
import { type CalendarDay, calendarDays } from "../core/calendar_day.ts";
import { cachedPeriods, type Periods } from "../core/budgets/periods.ts";
import type { Clock } from "../core/clock.ts";
import type { AttemptRow, Ledger, RebuildData, RefusalRow } from "../ledger/ledger.ts";
import { LimitsBook } from "../limits/limits_book.ts";
import { type Awaitable, type ImmediateLiveStore, type LiveStore, whenReady } from "../live/live_store.ts";
import type { AttemptPlan, Permit, Recorder, RecorderService, Refusal, Wait } from "../attempts/recorder.ts";
import type { Availability, Headroom, ResetScope } from "../../shared/api.ts";
import type { LimitsFile, LimitsReport } from "../../shared/limits.ts";
import type { StatusBody } from "../../shared/quota.ts";
import { AdminActions } from "./admin_actions.ts";
import { Admission, type OpenAttempt, OpenAttempts } from "./admission.ts";
import { AttemptEvents } from "./attempt_events.ts";
import { SpendCorrections } from "./budgets/spend_corrections.ts";
import { loadSpend } from "./budgets/spend_loading.ts";
import type { MoneyRules } from "./budgets/workspace_budgets.ts";
import type { ChangeListener, Changes } from "./changes.ts";
import { loggedEvents } from "./ledger_events.ts";
import { LedgerOutbox } from "./ledger_outbox.ts";
import { Leases } from "./leases.ts";
import type { ProviderFeedback } from "./provider/provider_state.ts";
import { rebuild } from "./rebuild.ts";
import { SentCalls } from "./sent_calls.ts";
import { Settlement } from "./settling/settlement.ts";
import { Statuses } from "./statuses.ts";
import type { TrackerOptions } from "./tracker_options.ts";
import { WaitQueues } from "./wait_queues.ts";
import { Workspaces } from "./workspaces.ts";

/** Counts, decides and publishes. In this process it is the {@link Recorder}. */
export class Tracker<Live extends LiveStore = ImmediateLiveStore> implements Recorder {
  /** The workspaces that keys name, which are never refused. Set it when the keys are read. */
  keyed: () => ReadonlySet<string> = () => new Set();
  /** The gateway of this process. Set it when the address is known. */
  service?: RecorderService;
  /** Refusals and ends of attempts, in all workspaces. */
  readonly events: AttemptEvents;
  readonly answersWait: boolean;
  readonly #clock: Clock;
  readonly #live: Live;
  readonly #log: NonNullable<TrackerOptions["log"]>;
  readonly #dayOf: (now_ms: number) => CalendarDay;
  readonly #periodsOf: (now_ms: number) => Periods;
  readonly #book: LimitsBook;
  readonly #ledger: Ledger;
  readonly #money: MoneyRules;
  readonly #workspaces: Workspaces;
  readonly #writer: LedgerOutbox;
  readonly #statuses: Statuses;
  readonly #queues: WaitQueues;
  readonly #open = new OpenAttempts();
  readonly #calls = new SentCalls();
  readonly #admission: Admission;
  readonly #settlement: Settlement;
  readonly #leases: Leases;
  readonly #admin: AdminActions;
  /** `null` until what was spent before the start is loaded. */
  #corrections: SpendCorrections | null = null;

  constructor(options: TrackerOptions<Live>) {
    const { clock, ledger, live, limits, warning_ratio, mode, timezone, max_workspaces, pricing } = options;
    const { durability = "bounded", log = () => {} } = options;
    this.answersWait = durability === "answer";
    const [open, calls, queues] = [this.#open, this.#calls, new WaitQueues(clock)];
    const [dayOf, periodsOf] = [calendarDays(timezone), cachedPeriods(timezone)];
    const money: MoneyRules = { pricing, periodsOf, spendKnown: true };
    const [book, enforcing] = [new LimitsBook(limits), mode === "enforce"];
    const users = { clock, queues, book, changes: () => changes, keyed: () => this.keyed() };
    const workspaces = new Workspaces(
      { live, warning_ratio, dayOf, money },
      users,
      max_workspaces,
    );
    const writer = new LedgerOutbox(ledger, loggedEvents(log, () => changes.touchAll(workspaces.values())));
    const statuses = new Statuses({ clock, dayOf, workspaces, writer, enforcing, log });
    const changes: Changes = statuses.changes;
    const events = new AttemptEvents((error) => log("listener_failed", { cause: String(error) }));
    const ends = { clock, live, writer, open, calls, queues, changes, events, pricing, log, durability };
    const settlement = new Settlement(ends);
    [this.#clock, this.#live, this.#log, this.#dayOf, this.#periodsOf] = [clock, live, log, dayOf, periodsOf];
    [this.#book, this.#ledger, this.#money] = [book, ledger, money];
    [this.#workspaces, this.#writer, this.#statuses, this.#queues] = [workspaces, writer, statuses, queues];
    [this.#settlement, this.events] = [settlement, events];
    this.#admission = new Admission({ clock, live, workspaces, enforcing, ledgerFailing: () => writer.failing });
    this.#leases = new Leases({ clock, writer, open, calls, workspaces, settlement, log });
    this.#admin = new AdminActions({ clock, live, limits: book, workspaces, writer, queues, changes, log });
  }

  /** Today. */
  get day(): CalendarDay {
    return this.#dayOf(this.#clock.now());
  }

  /** The current periods of budgets. */
  get periods(): Periods {
    return this.#periodsOf(this.#clock.now());
  }

  /** Whether a budget is in force. */
  get hasBudgets(): boolean {
    return this.#book.hasBudgets;
  }

  /** Whether the counters have what was spent before the start. */
  get spendKnown(): boolean {
    return this.#money.spendKnown;
  }

  /** Whether the ledger accepts no entries. */
  get ledgerFailing(): boolean {
    return this.#writer.failing;
  }

  /** The entries on their way to the ledger. */
  get ledgerQueue(): Pick<LedgerOutbox, "pending" | "lost" | "lagAt"> {
    return this.#writer;
  }

  /** The ids of the workspaces, the oldest first. */
  get workspaceIds(): Iterable<string> {
    return this.#workspaces.ids();
  }

  /** Why the ledger fails or needs a person, as a sentence without a full stop; `null` if it is well. */
  get ledgerFault(): string | null {
    return this.#writer.fault;
  }

  /** Attempts in flight, in all workspaces. */
  get inFlight(): number {
    return this.#open.size;
  }

  /** Attempts that wait, in all workspaces. */
  get waiting(): number {
    return this.#queues.size;
  }

  /** For an attempt that this process sends: it settles or releases it, however long that takes. */
  reserve(this: Tracker, plan: AttemptPlan): Permit | Refusal;
  reserve(plan: AttemptPlan, wait?: Wait): Awaitable<Permit | Refusal>;
  reserve(plan: AttemptPlan, wait?: Wait): Awaitable<Permit | Refusal> {
    return this.events.decided(plan, this.#queues.decide(plan, () => this.#try(plan, false), wait));
  }

  /** For an attempt of another process, which may die: an attempt that is not reported ends with unknown usage. */
  lease(plan: AttemptPlan, wait?: Wait): Awaitable<Permit | Refusal> {
    return this.events.decided(plan, this.#queues.decide(plan, () => this.#try(plan, true), wait));
  }

  /** Releases the lease of that id; `false` if there is none in the workspaces (`null` for all). */
  release(id: string, workspaces: readonly string[] | null = null): boolean {
    return this.#leases.release(id, workspaces);
  }

  /** Makes the workspace of a report. Refuses when there are too many, or when the attempt is reserved in another one. */
  admit(reported: Pick<AttemptRow, "id" | "workspace_id">): Refusal | null {
    return this.#leases.refuse(reported) ?? this.#admission.makeRoom(reported.workspace_id);
  }

  /**
   * Counts an attempt that another process reports, reserved here or not. {@link admit} has created its workspace.
   *
   * @returns whether it was new.
   * @throws {LedgerError} when it cannot be made durable; it is then not counted.
   */
  report(reported: AttemptRow, told: ProviderFeedback): Promise<boolean> {
    return this.#leases.report(reported, told);
  }

  /** Writes refused calls to the ledger. They change no counter. */
  noteRefusals(row: RefusalRow): void {
    this.#writer.write({ kind: "refusals", row });
  }

  /** The limits that are set for a workspace, and those in force for it. */
  limits(workspace_id: string): LimitsReport {
    return this.#admin.limits(workspace_id);
  }

  /** The rules in force without temporary raises, and those that settings of the workspace would put in force. */
  previewRules(...asked: Parameters<AdminActions["preview"]>): ReturnType<AdminActions["preview"]> {
    return this.#admin.preview(...asked);
  }

  /** Puts new limits in force. Counts and holds stay. */
  setLimits(file: LimitsFile): void {
    this.#admin.setLimits(file);
  }

  status(workspace_id: string, for_admin = false): StatusBody {
    return this.#statuses.status(workspace_id, for_admin);
  }

  /** Whether a call may be sent now. Without its model, a model's own full limit does not count. */
  availability(workspace_id: string, model?: string): Availability {
    return this.#statuses.availability(workspace_id, model);
  }

  /** What is left for a program's next calls, and whether one may be sent now. */
  headroom(workspace_id: string, model?: string): Headroom {
    return this.#statuses.headroom(workspace_id, model);
  }

  /** Listens to changes of workspaces, as {@link Changes.subscribe}, each notified at most once per frame. */
  onChange(listener: ChangeListener, watches?: (workspace_id: string) => boolean): () => void {
    return this.#statuses.changes.subscribe(listener, watches);
  }

  /** Resets counters or status, as an admin asks. Attempts in flight stay reserved. */
  reset(workspace_id: string, scope: ResetScope): void {
    this.#admin.reset(workspace_id, scope);
  }

  /** Restores state from the ledger, before any attempt is admitted. {@link loadSpend} restores the money. */
  load(data: RebuildData): Awaitable<void> {
    this.#money.spendKnown = false;
    const parts = { live: this.#live, workspaces: this.#workspaces, calls: this.#calls };
    return whenReady(rebuild(parts, data, this.#clock.now()), () => this.#statuses.begin());
  }

  /**
   * Restores what was spent in the current periods. It takes a second for a million attempts in them: wait for it before
   * the first call where a budget is in force.
   *
   * @param last_place that of the data of {@link load}.
   * @throws {LedgerError} when the ledger cannot be read; then nothing is known of the spend.
   */
  async loadSpend({ last_place }: Pick<RebuildData, "last_place">): Promise<void> {
    const { periods } = this;
    const [ledger, workspaces, dayOf] = [this.#ledger, this.#workspaces, this.#dayOf];
    const days = await loadSpend({ ledger, workspaces, dayOf, periods, now_ms: this.#clock.now(), last_place });
    this.#corrections = new SpendCorrections({ ledger, workspaces, periodsOf: this.#periodsOf, days, last_place });
    this.#money.spendKnown = true;
    this.#statuses.skipNoticesOfSpend();
    this.#statuses.changes.touchAll(workspaces.values());
  }

  /**
   * Takes the costs that another process has corrected in the ledger. Call it every few seconds.
   *
   * @throws {LedgerError} when the ledger cannot be read; the next call takes them.
   */
  async takeCorrections(): Promise<void> {
    await this.#corrections?.take(this.#clock.now(), (workspace) => this.#statuses.changes.touch(workspace));
  }

  /** Call it once a second: ends leases and waits, and publishes changes by time alone. */
  tick(): void {
    const now = this.#clock.now();
    this.#leases.expire(now);
    this.#writer.tick(now);
    this.#statuses.tick(now);
    this.#queues.tick();
  }

  /** Ends all waits: the service stops. */
  dismiss(): void {
    this.#queues.close();
  }

  /** Resolves when what was settled so far is in the ledger, or waits for it to work again. */
  flushed(): Promise<void> {
    return this.#writer.flushed();
  }

  /** Stops notifications. Retries waiting entries once. */
  async close(): Promise<void> {
    const lost = await this.#writer.close();
    if (lost > 0) this.#log("ledger_entries_lost", { entries: lost });
    this.#statuses.changes.close();
  }

  #try(plan: AttemptPlan, leased: boolean): Awaitable<Permit | Refusal> {
    const decision = (leased ? this.#leases.replace(plan) : null) ?? this.#admission.admit(plan, leased);
    return decision instanceof Promise
      ? decision.then((decision) => this.#decided(plan, decision))
      : this.#decided(plan, decision);
  }

  #decided(plan: AttemptPlan, decision: OpenAttempt | Refusal): Permit | Refusal {
    if (!("refused" in decision)) return this.#settlement.permit(decision);
    // The rest of a budget may be too small from now on.
    if (decision.refused === "workspace_budget_exceeded") this.#touch(plan.workspace_id);
    return decision;
  }

  #touch(workspace_id: string): void {
    const workspace = this.#workspaces.get(workspace_id);
    if (workspace) this.#statuses.changes.touch(workspace);
  }
}
