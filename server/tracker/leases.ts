/** Attempts that another process sends: it reports them, or gives them back, or dies with them. */
import type { AttemptRow } from "../ledger/ledger.ts";
import { attemptRow, unknownResult } from "./attempt_row.ts";
import type { OpenAttempt } from "./open_attempts.ts";
import type { TrackerParts } from "./parts.ts";
import type { ProviderFeedback } from "./provider/provider_state.ts";
import type { Settlement } from "./settlement.ts";

const NOTHING_TOLD: ProviderFeedback = { limit_headers: {}, error_message: null };

/** Ends what was leased, and counts what is reported without a lease. */
export class Leases {
  readonly #parts: TrackerParts;
  readonly #settlement: Settlement;

  constructor(parts: TrackerParts, settlement: Settlement) {
    this.#parts = parts;
    this.#settlement = settlement;
  }

  /** Takes back a lease of that id, and tells what it was; nobody is let in instead. */
  withdraw(id: string): OpenAttempt | undefined {
    const open = this.#parts.open.get(id);
    if (!open || !this.#parts.open.end(open)) return undefined;
    this.#settlement.drop(open);
    return open;
  }

  /** Its attempt was not sent; `false` when there is no such lease. */
  release(id: string): boolean {
    const open = this.#parts.open.get(id);
    return open !== undefined && this.#settlement.release(open, null);
  }

  /**
   * Takes a report. The ledger first: it alone knows what came before, also before a restart.
   *
   * @returns whether it was new.
   * @throws {LedgerError} when it cannot be made durable; it is then not counted.
   */
  async report(reported: AttemptRow, told: ProviderFeedback): Promise<boolean> {
    const { calls, clock, open, workspaces, writer } = this.#parts;
    // One clock decides in which second and day an attempt counts, before a restart and after it.
    const started_at_ms = open.get(reported.id)?.hold.at_ms ?? Math.min(reported.started_at_ms, clock.now());
    const row = { ...reported, started_at_ms, retry: calls.place(reported) };
    const fresh = await writer.append({ kind: "attempt", row });
    const held = this.withdraw(row.id);
    const workspace = fresh ? workspaces.open(row.workspace_id) : null;
    if (workspace) this.#settlement.count(workspace, row, told, held);
    else held?.workspace.provider.unsent(row.id, held.sent, null, clock.now());
    return fresh;
  }

  /** Ends those that have run out. */
  expire(now_ms: number): void {
    for (const open of this.#parts.open.endExpired(now_ms)) this.#expire(open, now_ms);
  }

  /** Counts nothing before the ledger says that no report has come after all. */
  #expire(open: OpenAttempt, now_ms: number): void {
    const { plan, hold } = open;
    this.#parts.log("lease_expired", { workspace_id: plan.workspace_id, attempt: plan.id });
    const row = attemptRow(plan, unknownResult(plan, now_ms - hold.at_ms), hold.at_ms);
    row.retry = this.#parts.calls.place(row);
    this.#parts.writer.write({ kind: "attempt", row }, (fresh) => {
      this.#settlement.drop(open);
      if (fresh) this.#settlement.count(open.workspace, row, NOTHING_TOLD, open);
    });
  }
}
