/** The port of history: the sums of a ledger's attempts over time, and searches among them. */
import type { Ledger } from "../ledger.ts";
import type { HistoryAnswer, HistoryBounds, HistoryQuery } from "./query.ts";
import type { AttemptSearch, FoundAttempt, FoundPage } from "./search.ts";
import type { AttemptUses, UsesQuery } from "./uses.ts";

export interface LedgerHistory {
  /** Sums of all attempts that are in the ledger by now. */
  sums(query: HistoryQuery): Promise<HistoryAnswer>;
  /** A page of the attempts that a search finds, the last started first. */
  search(search: AttemptSearch): Promise<FoundPage>;
  /** The attempts of a call, the last started first: of `workspaces`, or of all with `null`. At most {@link MAX_CALL_ATTEMPTS}. */
  call(call_id: string, workspaces: readonly string[] | null): Promise<FoundAttempt[]>;
  /** What the attempts of one workspace took from limits and budgets, in the order of their starts. */
  uses(query: UsesQuery): Promise<AttemptUses>;
  /** Deletes sums of minutes before one instant, and joins the quarter hours before another to days. */
  shorten(bounds: HistoryBounds): Promise<void>;
}

/** An SDK retries a few times; a program may give many calls one id. */
export const MAX_CALL_ATTEMPTS = 100;

/** A ledger that knows its history. */
export interface HistoricLedger extends Ledger {
  readonly history: LedgerHistory;
}
