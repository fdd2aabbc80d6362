/** Sums of the ledger in memory, for a rebuild. */
import { addUsd, ZERO_USD } from "../../../shared/money/money.ts";
import type { AttemptRow, DayCount, SecondCount, SpendCount } from "../ledger.ts";
import { addCounts, limitTokens, requestedModel, takesRequest } from "../rollup.ts";

export function countSecond(seconds: Map<string, SecondCount>, row: AttemptRow): void {
  const second = Math.floor(row.started_at_ms / 1000);
  const names = namesOf(row);
  const key = JSON.stringify([names, second]);
  const count = seconds.get(key) ?? { ...names, second, requests: 0, tokens: 0 };
  seconds.set(key, add(count, row));
}

export function countDay(counts: Map<string, DayCount>, row: AttemptRow): void {
  const names = namesOf(row);
  const key = JSON.stringify(names);
  counts.set(key, add(counts.get(key) ?? { ...names, requests: 0, tokens: 0 }, row));
}

export function countSpend(counts: Map<string, SpendCount>, row: AttemptRow): void {
  const { app, run = null, cost_usd_nanos: cost = null, charged_usd_nanos: charged = null } = row;
  const names = { ...namesOf(row), app, run };
  const key = JSON.stringify(names);
  const { spent, unpriced } = counts.get(key) ?? { spent: ZERO_USD, unpriced: 0 };
  const sums = { spent: addUsd(spent, cost ?? charged ?? ZERO_USD), unpriced: unpriced + (cost === null ? 1 : 0) };
  counts.set(key, { ...names, ...sums });
}

function namesOf(row: AttemptRow): Pick<DayCount, "workspace_id" | "requested_model" | "model"> {
  return { workspace_id: row.workspace_id, requested_model: requestedModel(row), model: row.model };
}

function add<T extends DayCount>(count: T, row: AttemptRow): T {
  if (takesRequest(row)) count.requests++;
  count.tokens = addCounts(count.tokens, limitTokens(row));
  return count;
}
