/** Totals of a workspace's calendar day, as the status body and the usage report show them. */
import type { AttemptRow } from "../../ledger/ledger.ts";
import { addCounts, COUNT_FIELDS, hasKnownTokens, takesRequest } from "../../ledger/rollup.ts";
import { instant } from "../../core/meter.ts";
import { noTokens } from "../../../shared/tokens.ts";
import type { UsageTotals } from "../../../shared/usage.ts";

/** Totals without the instant at which they begin. */
export type Totals = Required<Omit<UsageTotals, "since">>;

/** No calls at all. */
export function noTotals(): Totals {
  return { calls: 0, attempts: 0, failed: 0, estimated_calls: 0, ...noTokens(), charged_tokens: 0, requests: 0 };
}

/** Adds to totals, in place: those of one model in the ledger, or of one attempt. */
export function addTotals(totals: Totals, added: Totals): Totals {
  for (const field of COUNT_FIELDS) totals[field] = addCounts(totals[field], added[field]);
  return totals;
}

/** The totals of one attempt. Unknown usage adds no tokens but what it is charged; `estimated_calls` counts it, too. */
export function totalsOf(row: AttemptRow): Totals {
  const isKnown = hasKnownTokens(row);
  return {
    calls: row.retry === 0 ? 1 : 0,
    attempts: 1,
    failed: row.outcome === "failed" ? 1 : 0,
    estimated_calls: row.usage_source === "estimated" || row.usage_source === "unknown" ? 1 : 0,
    ...(isKnown ? row.usage : noTokens()),
    charged_tokens: isKnown ? 0 : row.charged_tokens ?? 0,
    requests: takesRequest(row) ? 1 : 0,
  };
}

/** Totals on the wire. */
export function wireTotals(totals: Totals, since_ms: number): UsageTotals {
  return { ...totals, since: instant(since_ms) };
}
