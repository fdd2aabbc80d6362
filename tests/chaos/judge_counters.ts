/** Compares the live counters with the rows of the ledger. */
import type { AttemptRow } from "../../server/ledger/ledger.ts";
import { hasKnownTokens, limitTokens, takesRequest } from "../../server/ledger/rollup.ts";
import type { Service } from "../../server/service.ts";

/** The faults in the live counters of one workspace. */
export function judgeCounters({ tracker }: Service, workspace: string, rows: readonly AttemptRow[]): string[] {
  const { usage, stats } = tracker.status(workspace);
  const known = rows.filter(hasKnownTokens).reduce((sum, row) => sum + row.usage.total_tokens, 0);
  const charged = rows.reduce((sum, row) => sum + limitTokens(row), 0) - known;
  const flagged = rows.filter(({ usage_source }) => usage_source === "unknown" || usage_source === "estimated").length;
  const shown = [usage.attempts, usage.failed, usage.total_tokens, usage.charged_tokens, usage.estimated_calls];
  const expected = [rows.length, rows.filter(({ outcome }) => outcome === "failed").length, known, charged, flagged];
  const meters = [stats.requests_per_day!, stats.tokens_per_day!].map(({ current, reserved }) => [current, reserved]);
  const faults = [];
  if (`${shown}` !== `${expected}`) {
    faults.push(`${workspace}: the totals are ${shown}, the rows of the ledger give ${expected}`);
  }
  const tokens = known + charged;
  const requests = rows.filter(takesRequest).length;
  if (`${meters}` !== `${requests},0,${tokens},0`) {
    faults.push(`${workspace}: the meters are ${meters}, the ledger has ${requests} requests and ${tokens} tokens`);
  }
  return faults;
}
