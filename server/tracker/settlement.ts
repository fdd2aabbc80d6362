/** How an attempt ends: what it held goes back, what it took is counted, and what its answer said is learnt. */
import type { AttemptRow } from "../ledger/ledger.ts";
import type { AttemptResult, Permit } from "../attempts/recorder.ts";
import { attemptRow, countedTokens } from "./attempt_row.ts";
import { totalsOf } from "./gauges/day_usage.ts";
import type { OpenAttempt } from "./open_attempts.ts";
import type { TrackerParts } from "./parts.ts";
import type { ProviderFeedback } from "./provider/provider_state.ts";
import type { Workspace } from "./workspace.ts";

/** Ends attempts, each once. */
export class Settlement {
  readonly #parts: TrackerParts;

  constructor(parts: TrackerParts) {
    this.#parts = parts;
  }

  /** The two ends of an attempt that was let in; of a probe also its answer's beginning. */
  permit(open: OpenAttempt): Permit {
    const ends: Permit = {
      settle: (result) => this.#settle(open, result),
      release: (reason) => void this.release(open, reason),
    };
    if (open.workspace.provider.isProbe(open.plan.id)) ends.begun = () => this.#begun(open);
    return ends;
  }

  /**
   * It was never sent.
   *
   * @param unreachable what is wrong with the upstream; `null` when nothing is.
   * @returns `false` when it had ended before.
   */
  release(open: OpenAttempt, unreachable: string | null): boolean {
    if (!this.#parts.open.end(open)) return false;
    this.drop(open);
    open.workspace.provider.unsent(open.plan.id, open.sent, unreachable, this.#parts.clock.now());
    this.#parts.waiting.advance(open.workspace.id);
    return true;
  }

  /** Gives back what an attempt holds that has ended; what is counted for it comes by another way, or not at all. */
  drop({ workspace, hold, of_model }: OpenAttempt): void {
    const now = this.#parts.clock.now();
    workspace.counters.release(hold, now);
    of_model?.gauge.counters.release(of_model.hold, now);
    this.#parts.changes.touch(workspace);
  }

  /**
   * Counts a row that holds nothing, in the second and day in which it started.
   *
   * @param open what was held for it until now, if anything was.
   */
  count(workspace: Workspace, row: AttemptRow, told: ProviderFeedback, open: OpenAttempt | undefined): void {
    const now = this.#parts.clock.now();
    const tokens = countedTokens(row);
    const model = open?.of_model?.gauge ?? workspace.models.of(row.model);
    workspace.counters.count(row.started_at_ms, now, 1, tokens);
    model?.counters.count(row.started_at_ms, now, 1, tokens);
    this.#learn(workspace, row, told, open, now);
  }

  #begun({ workspace, plan }: OpenAttempt): void {
    workspace.provider.begun(plan.id, this.#parts.clock.now());
    this.#parts.changes.touch(workspace);
  }

  #settle(open: OpenAttempt, result: AttemptResult): void {
    if (!this.#parts.open.end(open)) return;
    const { workspace, plan, hold, of_model } = open;
    const now = this.#parts.clock.now();
    const row = attemptRow(plan, result, hold.at_ms);
    row.retry = this.#parts.calls.place(row);
    const tokens = countedTokens(row);
    workspace.counters.settle(hold, now, tokens);
    if (of_model) of_model.gauge.counters.settle(of_model.hold, now, tokens);
    // Its model may have got limits of its own meanwhile, or its answer names one that has.
    else workspace.models.of(row.model)?.counters.count(hold.at_ms, now, 1, tokens);
    this.#learn(workspace, row, result, open, now);
    this.#parts.writer.write({ kind: "attempt", row });
    this.#parts.waiting.advance(workspace.id);
  }

  #learn(
    workspace: Workspace,
    row: AttemptRow,
    told: ProviderFeedback,
    open: OpenAttempt | undefined,
    now: number,
  ): void {
    const { usage, usage_source, outcome } = row;
    workspace.addTotals(totalsOf(row), row.model, row.started_at_ms, now);
    if (usage_source === "counted" && outcome === "ok" && open) {
      workspace.answers.learn(open.plan.model, usage.output_tokens);
    }
    const failure = workspace.provider.learn(row, told, open?.sent ?? null, now);
    if (failure === "credentials") this.#logRefusedKey(row);
    this.#parts.changes.touch(workspace);
  }

  /** A key that is wrong is no quota: it is the log's to say, and among the failed calls. */
  #logRefusedKey({ workspace_id, app, http_status, error_code }: AttemptRow): void {
    this.#parts.log("provider_refused_credentials", { workspace_id, app, http_status, error_code });
  }
}
