/** Ends attempts: replaces a hold by the use, and learns from the answer. */
import type { AttemptResult, Charge, Permit } from "../../attempts/recorder.ts";
import { extendedPermit } from "../../attempts/extended_permit.ts";
import type { Clock } from "../../core/clock.ts";
import type { PricingSource } from "../../core/pricing.ts";
import type { AttemptRow, LedgerEntry } from "../../ledger/ledger.ts";
import type { Awaitable, LiveStore } from "../../live/live_store.ts";
import { AttemptPermit } from "./attempt_permit.ts";
import { attemptRow } from "./attempt_row.ts";
import { priceRow } from "./price_row.ts";
import { chargeOf } from "../budgets/workspace_budgets.ts";
import type { AttemptEvents } from "../attempt_events.ts";
import type { Changes } from "../changes.ts";
import type { LedgerOutbox } from "../ledger_outbox.ts";
import type { OpenAttempt, OpenAttempts } from "../admission.ts";
import type { ProviderFeedback } from "../provider/provider_state.ts";
import type { SentCalls } from "../sent_calls.ts";
import type { WaitQueues } from "../wait_queues.ts";
import type { Workspace } from "../workspace.ts";
import { limitTokens, requestedModel, takesRequest } from "../../ledger/rollup.ts";

/** What an answer tells beyond its row. */
interface Feedback extends ProviderFeedback {
  /** The model that it named, which the row has another name for if it named none; absent where the row has it. */
  model?: string | null;
}

/** The parts that {@link Settlement} uses. */
interface SettlementParts {
  clock: Clock;
  live: LiveStore;
  writer: LedgerOutbox;
  open: OpenAttempts;
  calls: SentCalls;
  queues: WaitQueues;
  changes: Changes;
  events: AttemptEvents;
  pricing?: PricingSource;
  log: (event: string, fields: Record<string, unknown>) => void;
  /** `answer`: the last bytes of an answer wait for its row. */
  durability: "answer" | "bounded";
}

/** Ends attempts, each once. */
export class Settlement {
  readonly #parts: SettlementParts;

  constructor(parts: SettlementParts) {
    this.#parts = parts;
  }

  /** Opens an admitted attempt. Returns its permit, with `begun` only for a probe. */
  permit(open: OpenAttempt): Permit {
    this.#parts.open.add(open);
    this.#parts.changes.touch(open.workspace);
    const permit = new AttemptPermit(this, open);
    if (open.workspace.provider.isProbe(open.plan)) permit.begun = () => this.#begun(open);
    return this.#parts.durability === "answer" && !open.leased ? this.#durable(open, permit) : permit;
  }

  /** A permit whose answer waits for its row. */
  #durable(open: OpenAttempt, permit: Permit): Permit {
    const { promise: recorded, resolve } = Promise.withResolvers<void>();
    return extendedPermit(permit, {
      recorded,
      settle: (result) => this.settle(open, result, (entry) => this.#parts.writer.record(entry).then(resolve)),
      release: (reason) => {
        permit.release(reason);
        resolve();
      },
    });
  }

  /**
   * The attempt was not sent.
   *
   * @param unreachable why the upstream cannot be reached; `null` when nothing is wrong with it.
   * @returns `false` when the attempt had ended before.
   */
  release(open: OpenAttempt, unreachable: string | null): boolean {
    if (!this.#parts.open.end(open)) return false;
    const { workspace, plan, sent } = open;
    workspace.provider.unsent(plan, sent, unreachable, this.#parts.clock.now());
    if (unreachable !== null) this.#parts.events.unsent(plan);
    this.giveBack(open);
    this.#parts.queues.advance(workspace.id);
    return true;
  }

  /** Releases an ended attempt's hold, without counting it and without advancing the queue. */
  giveBack({ workspace, hold, money, plan }: OpenAttempt): void {
    if (money) workspace.budgets.release(money);
    if (plan.takes_request !== false) this.#changed(workspace, this.#parts.live.release(hold, this.#parts.clock.now()));
  }

  /**
   * Counts an attempt whose row is in the ledger, in the second and on the day in which it started.
   *
   * @param open what was held for it until now, if anything was.
   */
  count(workspace: Workspace, row: AttemptRow, told: Feedback, open: OpenAttempt | undefined): void {
    const { clock, live } = this.#parts;
    const { slot, limits } = workspace;
    const now_ms = clock.now();
    workspace.has_rows = true;
    workspace.used_at_ms = now_ms;
    const ending = { model: requestedModel(row), answered: row.model, tokens: limitTokens(row), now_ms };
    const takes = takesRequest(open?.plan ?? row);
    const counted = open && takes
      ? live.settle(open.hold, ending)
      : live.count(slot, { ...ending, at_ms: row.started_at_ms, limits, requests: takes ? 1 : 0 });
    if (open?.money) workspace.budgets.release(open.money);
    workspace.budgets.count(row, now_ms);
    this.#learn(workspace, row, told, open, now_ms);
    this.#changed(workspace, counted);
    this.#parts.events.settled(row);
  }

  /** Sets the cost of a row, with the names of its model in place; where it is not known, what was held for it. */
  price(row: AttemptRow, open: OpenAttempt | undefined): void {
    const prices = this.#parts.pricing?.value;
    if (prices) priceRow(row, prices);
    row.charged_usd_nanos = chargeOf(row, open?.money);
  }

  #begun({ workspace, plan }: OpenAttempt): void {
    workspace.provider.begun(plan, this.#parts.clock.now());
    this.#parts.changes.touch(workspace);
  }

  /** The attempt has ended. Returns its cost, if prices are known; `null` when it had ended before. */
  settle(open: OpenAttempt, result: AttemptResult, write = this.#write): Charge | null {
    const { open: attempts, calls, queues } = this.#parts;
    if (!attempts.end(open)) return null;
    const row = attemptRow(open.plan, result, open.hold);
    row.retry = calls.place(row);
    row.model = open.workspace.names.modelOf(row);
    this.price(row, open);
    this.count(open.workspace, row, result, open);
    write({ kind: "attempt", row });
    queues.advance(open.workspace.id);
    const { cost_usd_nanos, unpriced } = row;
    return cost_usd_nanos != null ? { cost_usd_nanos } : unpriced ? { unpriced } : null;
  }

  readonly #write = (entry: LedgerEntry): unknown => this.#parts.writer.write(entry);

  /** Notifies of a change: if a store elsewhere answers later, also when it has made the change. */
  #changed(workspace: Workspace, answer: Awaitable<void>): void {
    const { changes, queues, log } = this.#parts;
    changes.touch(workspace);
    if (!(answer instanceof Promise)) return;
    answer.then(() => {
      changes.touch(workspace);
      queues.advance(workspace.id);
    }, (error) => log("live_store_failing", { workspace_id: workspace.id, cause: String(error) }));
  }

  #learn(
    workspace: Workspace,
    row: AttemptRow,
    told: Feedback,
    open: OpenAttempt | undefined,
    now: number,
  ): void {
    const { usage, usage_source, outcome } = row;
    workspace.today.addAttempt(row, now);
    if (usage_source === "counted" && outcome === "ok" && open) {
      workspace.answers.learn(open.plan.model, usage.output_tokens, row.latency_ms);
    }
    const requested = requestedModel(row);
    const sent = {
      credential: told.credential ?? open?.plan.credential ?? null,
      model: requested,
      pending: open?.sent ?? null,
    };
    const named = told.model === undefined || told.model === row.model
      ? row
      : { ...row, model: told.model ?? requested };
    const failure = workspace.provider.learn(named, told, sent, now);
    // A wrong key says nothing about the quota. It goes to the log and counts as a failed call.
    if (failure === "credentials") {
      const { workspace_id, app, http_status, error_code } = row;
      this.#parts.log("provider_refused_credentials", { workspace_id, app, http_status, error_code });
    }
  }
}
