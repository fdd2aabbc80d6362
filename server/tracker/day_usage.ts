/** Totals of a workspace's calendar day, as the status body and the usage report show them. */
import type { AttemptRow } from "../ledger/ledger.ts";
import { instant } from "../core/meter.ts";
import { noTokens, TOKEN_FIELDS, type UsageTotals } from "../../shared/usage.ts";

/** Totals without the instant at which they begin. */
export type Totals = Omit<UsageTotals, "since">;

export function noTotals(): Totals {
  return { calls: 0, attempts: 0, failed: 0, estimated_calls: 0, ...noTokens() };
}

/** Adds what the ledger kept of one model. */
export function addModelUsage(totals: Totals, usage: Totals): Totals {
  totals.calls += usage.calls;
  totals.attempts += usage.attempts;
  totals.failed += usage.failed;
  totals.estimated_calls += usage.estimated_calls;
  for (const field of TOKEN_FIELDS) totals[field] += usage[field];
  return totals;
}

/** What one attempt adds. Unknown usage adds no tokens; it is said in `estimated_calls` instead. */
export function totalsOf(row: AttemptRow): Totals {
  const known = row.usage_source === "counted" || row.usage_source === "estimated";
  return {
    calls: row.retry === 0 ? 1 : 0,
    attempts: 1,
    failed: row.outcome === "failed" ? 1 : 0,
    estimated_calls: row.usage_source === "estimated" || row.usage_source === "unknown" ? 1 : 0,
    ...(known ? row.usage : noTokens()),
  };
}

/** Totals on the wire. */
export function wireTotals(totals: Totals, since_ms: number): UsageTotals {
  return { ...totals, since: instant(since_ms) };
}
