/** Attempts that another process sends. It reports or releases them; if it dies, their leases run out. */
import type { Refusal } from "../attempts/recorder.ts";
import type { Clock } from "../core/clock.ts";
import type { AttemptRow } from "../ledger/ledger.ts";
import { attemptRow, unknownResult } from "./settling/attempt_row.ts";
import type { Settlement } from "./settling/settlement.ts";
import type { LedgerOutbox } from "./ledger_outbox.ts";
import type { OpenAttempt, OpenAttempts } from "./admission.ts";
import type { ProviderFeedback } from "./provider/provider_state.ts";
import { reservedElsewhere } from "./refusals.ts";
import type { SentCalls } from "./sent_calls.ts";
import type { Workspaces } from "./workspaces.ts";

const NOTHING_TOLD: ProviderFeedback = { limit_headers: {}, error_message: null };

/** The parts that {@link Leases} use. */
interface LeasesParts {
  clock: Clock;
  writer: LedgerOutbox;
  open: OpenAttempts;
  calls: SentCalls;
  workspaces: Workspaces;
  settlement: Settlement;
  log: (event: string, fields: Record<string, unknown>) => void;
}

/** The fields by which the lease of an attempt is found. */
type LeasedAttempt = Pick<AttemptRow, "id" | "workspace_id">;

/** Ends leased attempts, and counts those that are reported without a lease. */
export class Leases {
  readonly #parts: LeasesParts;

  constructor(parts: LeasesParts) {
    this.#parts = parts;
  }

  /**
   * Ends the lease that a new one replaces, without advancing the queue: a client sends a plan again when the answer was
   * lost, and it is still one attempt.
   */
  replace(attempt: LeasedAttempt): Refusal | null {
    const refusal = this.refuse(attempt);
    const open = refusal ? undefined : this.#end(attempt);
    if (open) this.#parts.settlement.giveBack(open);
    return refusal;
  }

  /** Refuses an attempt that has a lease in another workspace, whose numbers must not move. */
  refuse(attempt: LeasedAttempt): Refusal | null {
    const open = this.#parts.open.get(attempt.id);
    return open && open.plan.workspace_id !== attempt.workspace_id ? reservedElsewhere(attempt) : null;
  }

  /** The leased attempt was not sent. Returns `false` when the workspaces (`null` for all) have no such lease. */
  release(id: string, workspaces: readonly string[] | null = null): boolean {
    const open = this.#parts.open.get(id);
    if (!open || workspaces?.includes(open.plan.workspace_id) === false) return false;
    return this.#parts.settlement.release(open, null);
  }

  /**
   * Counts a report. It goes to the ledger first, which alone knows whether it was reported before, even before a restart.
   *
   * @returns whether it was new.
   * @throws {LedgerError} when it cannot be made durable; it is then not counted.
   */
  async report(reported: AttemptRow, told: ProviderFeedback): Promise<boolean> {
    const { calls, clock, open, settlement, workspaces, writer } = this.#parts;
    // One clock decides in which second and on which day an attempt counts, before a restart and after it.
    const lease = this.refuse(reported) ? undefined : open.get(reported.id);
    const started_at_ms = lease?.hold.at_ms ?? Math.min(reported.started_at_ms, clock.now());
    const charged_tokens = reported.usage_source === "unknown" ? lease?.hold.tokens ?? reported.charged_tokens : null;
    const requested_model = lease?.plan.model ?? reported.requested_model;
    const row = { ...reported, started_at_ms, requested_model, charged_tokens, retry: calls.place(reported) };
    row.model = workspaces.get(row.workspace_id)?.names.modelOf(row) ?? row.model;
    settlement.price(row, lease);
    const fresh = await writer.append({ kind: "attempt", row });
    const held = this.#end(row);
    // It has a row now, so it is not refused, even if it made room for another one meanwhile.
    const workspace = fresh ? workspaces.restore(row.workspace_id) : null;
    if (workspace) settlement.count(workspace, row, { ...told, model: reported.model }, held);
    else if (held) {
      settlement.giveBack(held);
      held.workspace.provider.unsent(held.plan, held.sent, null, clock.now());
    }
    return fresh;
  }

  /** Ends leases that have run out. */
  expire(now_ms: number): void {
    for (const open of this.#parts.open.endExpired(now_ms)) this.#expire(open, now_ms);
  }

  #end({ id, workspace_id }: LeasedAttempt): OpenAttempt | undefined {
    const open = this.#parts.open.get(id);
    return open?.plan.workspace_id === workspace_id && this.#parts.open.end(open) ? open : undefined;
  }

  /** Counts nothing before the ledger has confirmed that there is no report after all. */
  #expire(open: OpenAttempt, now_ms: number): void {
    const { calls, log, settlement, writer } = this.#parts;
    const { plan, hold, workspace } = open;
    log("lease_expired", { workspace_id: plan.workspace_id, attempt: plan.id });
    const row = attemptRow(plan, unknownResult(plan, now_ms - hold.at_ms), hold);
    row.retry = calls.place(row);
    row.model = workspace.names.modelOf(row);
    settlement.price(row, open);
    writer.write({ kind: "attempt", row }, (fresh) => {
      if (fresh) settlement.count(workspace, row, NOTHING_TOLD, open);
      else settlement.giveBack(open);
    });
  }
}
