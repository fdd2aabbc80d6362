/** What the attempts of one workspace took from limits and budgets: the question and its answer. */
import { ZERO_USD } from "../../../shared/money/money.ts";
import type { AttemptUse } from "../../core/replay/attempt_use.ts";
import type { AttemptRow } from "../ledger.ts";
import type { AttemptPlace } from "./search.ts";
import { limitTokens, requestedModel, takesRequest } from "../rollup.ts";

export interface UsesQuery {
  workspace_id: string;
  /** Attempts that started in [from_ms, to_ms). */
  from_ms: number;
  to_ms: number;
  /** Of more attempts the newest are read. */
  max: number;
}

export interface AttemptUses {
  /** From here on all attempts are read: later than asked for where there are too many, or where older ones were deleted. */
  readonly from_ms: number;
  /** In the order of their starts, some at a time. No more is read once the loop over them ends. */
  readonly pages: AsyncIterable<readonly AttemptUse[]>;
}

/** Attempts of a page. The thread that answers calls replays them: a page takes it 1 ms. */
export const USES_PAGE = 500;

/** A page, and the place after which the next one begins; `null` after the last one. */
export interface UsesPage {
  uses: AttemptUse[];
  next: AttemptPlace | null;
}

/** What an attempt took. */
export function useOf(row: AttemptRow, call: string | null): AttemptUse {
  const { app, run = null, model: answered, started_at_ms, cost_usd_nanos, charged_usd_nanos } = row;
  return {
    names: { app, run, model: requestedModel(row), answered },
    started_at_ms,
    call,
    takes_request: takesRequest(row),
    tokens: limitTokens(row),
    spent: cost_usd_nanos ?? charged_usd_nanos ?? ZERO_USD,
  };
}
