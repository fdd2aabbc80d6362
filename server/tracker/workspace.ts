/** The tracker's state of one workspace, and the status that follows from it. */
import type { CalendarDay } from "../core/calendar_day.ts";
import { instant } from "../core/meter.ts";
import { type Situation, verdict } from "../core/verdict.ts";
import { kindOf, type Verdict } from "../core/verdict_types.ts";
import type { RulesInForce } from "../core/budgets/rules_in_force.ts";
import { limitsOfNames, type WorkspaceLimits } from "../core/workspace_limits.ts";
import { type Awaitable, type LiveStore, NO_METERS, type Slot, type Snapshot, whenReady } from "../live/live_store.ts";
import type { Notice } from "../../shared/api.ts";
import { CONTRACT } from "../../shared/contract.ts";
import type { StatusBody } from "../../shared/quota.ts";
import { type MoneyRules, WorkspaceBudgets } from "./budgets/workspace_budgets.ts";
import { AnsweredNames } from "./gauges/answered_names.ts";
import { AnswerMemory } from "./gauges/answer_memory.ts";
import { DayTotals } from "./gauges/day_usage.ts";
import { modelStats, statsOf } from "./gauges/stats.ts";
import { Notices } from "./notices.ts";
import { poolName } from "./provider/pool_name.ts";
import type { Credentials } from "./provider/credentials.ts";
import { ProviderState } from "./provider/provider_state.ts";

/** Settings that all workspaces share. */
export interface WorkspaceRules {
  rulesOf: (workspace_id: string, now_ms: number) => RulesInForce;
  money: MoneyRules;
  live: LiveStore;
  warning_ratio: number;
  dayOf: (now_ms: number) => CalendarDay;
  credentials: Credentials;
}

/** The state of a workspace at one instant, decided once for all readers at that instant. */
interface View {
  readonly seq: number;
  /** Of the credentials, which other workspaces change, too. */
  readonly version: number;
  readonly situation: Situation;
  readonly verdict: Verdict;
  /** Since when this kind of status holds. */
  readonly since_ms: number;
  body: StatusBody | null;
}

/** The result of an evaluation. */
interface Evaluation {
  /** Set when people must be notified of a change. */
  notice: Notice | null;
  body: () => StatusBody;
}

/** One workspace: its slot in the live store, the provider's state, and the status that follows from both. */
export class Workspace {
  readonly id: string;
  readonly slot: Slot;
  readonly answers = new AnswerMemory();
  readonly names = new AnsweredNames();
  readonly provider: ProviderState;
  readonly today: DayTotals;
  readonly budgets: WorkspaceBudgets;
  /** The limits in force. */
  limits: WorkspaceLimits;
  /** When an attempt was last admitted or counted; when the service started, if none was. Epoch milliseconds. */
  used_at_ms = -Infinity;
  /** Attempts in flight. */
  in_flight = 0;
  /** Whether the ledger has attempts of it, or will have. */
  has_rows = false;
  /** Grows with each change; starts anew with the service. */
  seq = 0;
  /** When time alone changes what was evaluated last; `Infinity` when it does not, the day's end apart. */
  ages_at_ms = Infinity;
  /** When a temporary raise ends. */
  #rules_until_ms: number;
  readonly #rules: WorkspaceRules;
  readonly #notices = new Notices();
  /** The kind of status that was evaluated last, and since when it holds. */
  #kind = kindOf({ status: "normal", cause: null });
  #since_ms = 0;
  /** The store's latest answer. */
  #snapshot: Snapshot | null = null;
  #view: View | null = null;

  constructor(id: string, rules: WorkspaceRules, now_ms: number) {
    this.id = id;
    this.#rules = rules;
    this.provider = new ProviderState(id, rules.credentials);
    this.today = new DayTotals(rules.dayOf);
    this.slot = rules.live.open(id);
    const in_force = rules.rulesOf(id, now_ms);
    this.limits = in_force.limits;
    this.#rules_until_ms = in_force.until_ms;
    this.budgets = new WorkspaceBudgets(rules.money, in_force, now_ms);
  }

  /** Takes the limits and budgets that are in force now. Counts and holds stay. */
  reloadLimits(now_ms: number): void {
    const rules = this.#rules.rulesOf(this.id, now_ms);
    this.limits = rules.limits;
    this.#rules_until_ms = rules.until_ms;
    this.budgets.use(rules, now_ms);
    this.#view = null;
  }

  /** Ends temporary raises that are over. Call it before the limits are used. */
  endRaises(now_ms: number): void {
    if (now_ms >= this.#rules_until_ms) this.reloadLimits(now_ms);
  }

  /** Decides the status that is published from now on. */
  evaluate(now_ms: number, ledger_fault: string | null): Awaitable<Evaluation> {
    return whenReady(this.#refresh(now_ms), (snapshot) => {
      const view = this.#viewOf(snapshot, now_ms, ledger_fault);
      const { cause } = view.verdict;
      this.#since_ms = view.since_ms;
      this.#kind = kindOf(view.verdict);
      const cause_ends_at_ms = cause?.until ? Date.parse(cause.until) : Infinity;
      const provider_changes_at_ms = this.provider.changesAt(now_ms);
      this.ages_at_ms = Math.min(
        ...[snapshot.changes_at_ms, cause_ends_at_ms, provider_changes_at_ms, this.#rules_until_ms],
      );
      const notice = this.#notices.consider(this.id, view.verdict, now_ms);
      return { notice, body: () => this.#bodyOf(view) };
    });
  }

  /** Takes the present status as one of which people were notified. */
  skipNotices(now_ms: number, ledger_fault: string | null = null): void {
    const evaluated = this.evaluate(now_ms, ledger_fault);
    // A store elsewhere that fails is told of by the calls.
    if (evaluated instanceof Promise) evaluated.catch(() => {});
  }

  /** Begins a new window for notices. */
  forgetNotices(): void {
    this.#notices.forget();
  }

  /**
   * The status body. A read changes nothing: later bodies are the same without it.
   *
   * @param for_admin with the use of the provider's pools by each workspace.
   */
  body(now_ms: number, ledger_fault: string | null, for_admin = false): StatusBody {
    const body = this.#bodyOf(this.#viewNow(now_ms, ledger_fault));
    return for_admin ? { ...body, provider: this.provider.pools(now_ms, true) } : body;
  }

  /**
   * The verdict for a call that is sent now.
   *
   * @param model of the call: limits and pools of other models are left out. Without it, the verdict is for a model that
   * has no full limit of its own.
   */
  outlook(now_ms: number, ledger_fault: string | null, model?: string): Verdict {
    const { situation } = this.#viewNow(now_ms, ledger_fault);
    const { budgets } = this;
    if (model === undefined) return verdict({ ...situation, models: [], budgets: budgets.outlook(now_ms, []) });
    const pool = poolName(model);
    const answered = this.names.expected(model);
    const covering = limitsOfNames(this.limits.models, model, answered);
    return verdict({
      ...situation,
      models: situation.models.filter((each) => covering.includes(each.model)),
      budgets: budgets.outlook(now_ms, [model, answered]),
      ...this.provider.situation(now_ms, pool),
    });
  }

  #viewNow(now_ms: number, ledger_fault: string | null): View {
    const known = this.#view;
    const at = known?.situation;
    const isCurrent = known?.seq === this.seq && known.version === this.#rules.credentials.version;
    if (isCurrent && at?.now_ms === now_ms && at.ledger_fault === ledger_fault) return known;
    const answer = this.#refresh(now_ms);
    // A store elsewhere answers later: until then its last answer holds. Calls and changes tell of one that fails.
    if (answer instanceof Promise) answer.catch(() => {});
    const snapshot = answer instanceof Promise ? this.#snapshot ?? NO_METERS : answer;
    return this.#viewOf(snapshot, now_ms, ledger_fault);
  }

  #viewOf(snapshot: Snapshot, now_ms: number, ledger_fault: string | null): View {
    const situation = {
      now_ms,
      stats: statsOf(this.limits.limits, snapshot.workspace),
      models: modelStats(this.limits, snapshot),
      budgets: this.budgets.uses(now_ms),
      ...this.provider.situation(now_ms),
      ledger_fault,
      warning_ratio: this.#rules.warning_ratio,
    };
    const found = verdict(situation);
    const since_ms = kindOf(found) === this.#kind ? this.#since_ms : now_ms;
    const { version } = this.#rules.credentials;
    return this.#view = { seq: this.seq, version, situation, verdict: found, since_ms, body: null };
  }

  #refresh(now_ms: number): Awaitable<Snapshot> {
    this.endRaises(now_ms);
    const answer = this.#rules.live.snapshot(this.slot, now_ms, this.limits);
    return whenReady(answer, (snapshot) => this.#snapshot = snapshot);
  }

  #bodyOf(view: View): StatusBody {
    if (view.body) return view.body;
    const { seq, since_ms, situation: { now_ms, stats, models, budgets = [] }, verdict: { status, cause } } = view;
    return view.body = {
      contract: CONTRACT,
      workspace_id: this.id,
      status,
      seq,
      server_time: instant(now_ms),
      cause: cause && { ...cause, since: instant(since_ms) },
      warning_ratio: this.#rules.warning_ratio,
      stats,
      ...(models.length > 0 ? { models: [...models] } : {}),
      ...this.budgets.body(budgets, now_ms),
      provider: this.provider.pools(now_ms),
      usage: this.today.wire(now_ms),
    };
  }
}
