/**
 * The one writer: reserve → settle | release. Every attempt of every workspace comes through here; the ledger, the socket,
 * the pages and whatever else wants to know hear of it from here.
 */
import type { CalendarDay } from "../core/calendar_day.ts";
import type { AttemptRow, RebuildData } from "../ledger/ledger.ts";
import type { AttemptPlan, Permit, Recorder, Refusal, Wait } from "../attempts/recorder.ts";
import type { Availability, ResetScope } from "../../shared/api.ts";
import type { LimitsFile, LimitsReport } from "../../shared/limits.ts";
import type { StatusBody } from "../../shared/quota.ts";
import { Admission } from "./admission.ts";
import { availability } from "./availability.ts";
import { Leases } from "./leases.ts";
import { changeLimits } from "./limits_change.ts";
import { type TrackerOptions, type TrackerParts, trackerParts } from "./parts.ts";
import type { ChangeListener } from "./publisher.ts";
import type { ProviderFeedback } from "./provider/provider_state.ts";
import { rebuild } from "./rebuild.ts";
import { reset } from "./reset.ts";
import { Settlement } from "./settlement.ts";

export type { TrackerOptions } from "./parts.ts";

/** Counts, decides and tells. In process it is the {@link Recorder} itself; a client elsewhere reaches it over HTTP. */
export class Tracker implements Recorder {
  readonly #parts: TrackerParts;
  readonly #admission: Admission;
  readonly #settlement: Settlement;
  readonly #leases: Leases;
  #day_start_ms: number;

  constructor(options: TrackerOptions) {
    this.#parts = trackerParts(options);
    this.#admission = new Admission(this.#parts);
    this.#settlement = new Settlement(this.#parts);
    this.#leases = new Leases(this.#parts, this.#settlement);
    this.#day_start_ms = this.day.start_ms;
  }

  /** Today. */
  get day(): CalendarDay {
    return this.#parts.today();
  }

  /** Whether the ledger takes nothing at present. */
  get ledgerFailing(): boolean {
    return this.#parts.writer.failing;
  }

  /** Attempts under way, in all workspaces. */
  get inFlight(): number {
    return this.#parts.open.size;
  }

  /** Attempts that wait for a minute to open, in all workspaces. */
  get waiting(): number {
    return this.#parts.waiting.size;
  }

  /** For an attempt that this process sends: it settles it or releases it, however long that takes. */
  reserve(plan: AttemptPlan): Permit | Refusal;
  reserve(plan: AttemptPlan, wait?: Wait): Permit | Refusal | Promise<Permit | Refusal>;
  reserve(plan: AttemptPlan, wait?: Wait): Permit | Refusal | Promise<Permit | Refusal> {
    return this.#parts.waiting.decide(plan, () => this.#try(plan, false), wait);
  }

  /** For an attempt that another process sends, which may die with it: what nobody reports ends in unknown. */
  lease(plan: AttemptPlan, wait?: Wait): Permit | Refusal | Promise<Permit | Refusal> {
    const attempt = () => {
      // An attempt whose plan comes again, because the answer was lost, is still one.
      this.#leases.withdraw(plan.id);
      return this.#try(plan, true);
    };
    return this.#parts.waiting.decide(plan, attempt, wait);
  }

  /** Gives back what was leased under an id; `false` when there is no such lease. */
  release(id: string): boolean {
    return this.#leases.release(id);
  }

  /** Makes a workspace that is about to be reported for; why not, when there are too many. */
  admit(workspace_id: string): Refusal | null {
    return this.#admission.makeRoom(workspace_id);
  }

  /**
   * Takes an attempt that a client in another process reports, reserved here before or not; its workspace was let in by
   * {@link admit}.
   *
   * @returns whether it was new.
   * @throws {LedgerError} when it cannot be made durable; it is then not counted.
   */
  report(reported: AttemptRow, told: ProviderFeedback): Promise<boolean> {
    return this.#leases.report(reported, told);
  }

  /** What is set for a workspace, and what is in force for it. */
  limits(workspace_id: string): LimitsReport {
    return this.#parts.limits.report(workspace_id);
  }

  /** Puts other limits in force at once. What is counted and what is held stay. */
  setLimits(file: LimitsFile): void {
    changeLimits(this.#parts, file);
  }

  status(workspace_id: string): StatusBody {
    const { clock, workspaces, writer } = this.#parts;
    return workspaces.look(workspace_id).body(clock.now(), writer.failing);
  }

  /**
   * Whether a call may be sent now.
   *
   * @param model of the call. Without one a model's own limit shuts nothing, because others are open; it is told.
   */
  availability(workspace_id: string, model?: string): Availability {
    const { clock, enforcing, workspaces, writer } = this.#parts;
    const now = clock.now();
    const meets = workspaces.look(workspace_id).outlook(now, writer.failing, model);
    return availability({ meets, told: model === undefined ? this.status(workspace_id) : meets, enforcing }, now);
  }

  /** Told of each workspace that has changed, at most once a frame. Returns how to stop. */
  onChange(listener: ChangeListener): () => void {
    return this.#parts.changes.subscribe(listener);
  }

  /** Sets counters or status back, as an admin asks. What is under way stays reserved. */
  reset(workspace_id: string, scope: ResetScope): void {
    const { changes, clock, log, waiting, workspaces, writer } = this.#parts;
    const workspace = workspaces.get(workspace_id);
    if (workspace) {
      for (const row of reset(workspace, scope, clock.now())) writer.write({ kind: "reset", row });
      changes.touch(workspace);
      waiting.advance(workspace_id);
    }
    log("quota_reset", { workspace_id, scope });
  }

  /** Takes over what the ledger kept, at start, before anything is let in. */
  load(data: RebuildData): void {
    const { calls, changes, clock, workspaces, writer } = this.#parts;
    const now = clock.now();
    rebuild(workspaces, data, now);
    for (const attempt of data.unfinished) calls.note(attempt);
    for (const workspace of workspaces.values()) {
      changes.watch(workspace);
      // Whoever is close to a limit was told of it before the restart.
      workspace.evaluate(now, writer.failing);
    }
  }

  /** Does what time does: expires leases, tells of windows that drain and of a new day. Call it once a second. */
  tick(): void {
    const { changes, clock, waiting, workspaces, writer } = this.#parts;
    const now = clock.now();
    this.#leases.expire(now);
    if (writer.failing) writer.retry();
    const { start_ms } = this.day;
    if (start_ms !== this.#day_start_ms) {
      this.#day_start_ms = start_ms;
      changes.touchAll(workspaces.values());
    }
    changes.age(now);
    waiting.tick();
  }

  /** Lets nobody wait any longer: the service stops. */
  dismiss(): void {
    this.#parts.waiting.close();
  }

  /** Resolves when what was settled so far is in the ledger, or waits for it to work again. */
  flushed(): Promise<void> {
    return this.#parts.writer.flushed();
  }

  /** Tells no more; what waits for the ledger is tried once more. */
  async close(): Promise<void> {
    const { changes, log, writer } = this.#parts;
    const lost = await writer.close();
    if (lost > 0) log("ledger_entries_lost", { entries: lost });
    changes.close();
  }

  #try(plan: AttemptPlan, leased: boolean): Permit | Refusal {
    const decision = this.#admission.admit(plan, leased);
    return "refused" in decision ? decision : this.#settlement.permit(decision);
  }
}
