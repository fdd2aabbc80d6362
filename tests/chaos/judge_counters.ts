/** Compares the numbers that people see with the rows that they stand for. */
import type { AttemptRow } from "../../server/ledger/ledger.ts";
import { hasKnownTokens } from "../../server/ledger/rollup.ts";
import type { Service } from "../../server/service.ts";

/** What is wrong with the live counters of one workspace: they say what the ledger says. */
export function judgeCounters({ tracker }: Service, workspace: string, rows: readonly AttemptRow[]): string[] {
  const { usage, stats } = tracker.status(workspace);
  const known = rows.filter(hasKnownTokens).reduce((sum, row) => sum + row.usage.total_tokens, 0);
  const flagged = rows.filter(({ usage_source }) => usage_source === "unknown" || usage_source === "estimated").length;
  const told = [usage.attempts, usage.failed, usage.total_tokens, usage.estimated_calls];
  const kept = [rows.length, rows.filter(({ outcome }) => outcome === "failed").length, known, flagged];
  const meters = [stats.requests_per_day!, stats.tokens_per_day!].map(({ current, reserved }) => [current, reserved]);
  const faults = [];
  if (`${told}` !== `${kept}`) faults.push(`${workspace}: totals say ${told}, the ledger's rows ${kept}`);
  if (`${meters}` !== `${rows.length},0,${known},0`) {
    faults.push(`${workspace}: meters say ${meters}, the ledger's rows ${rows.length} requests, ${known} tokens`);
  }
  return faults;
}
