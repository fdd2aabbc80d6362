/** What history adds up over attempts, and its form on the wire. */
import { FAILURE_CLASSES } from "../../../shared/history/history_names.ts";
import type { HistorySums, Percentiles } from "../../../shared/history/history.ts";
import { addUsd, formatUsd, type UsdNanos, ZERO_USD } from "../../../shared/money/money.ts";
import { TOKEN_FIELDS } from "../../../shared/tokens.ts";
import type { AttemptRow } from "../ledger.ts";
import { addCounts, addTokens, hasKnownTokens } from "../rollup.ts";
import { failureClass } from "./failures.ts";
import { addHistogram, addTime, type Histogram, percentiles } from "./histogram.ts";

/** The counts, in the order of their columns. */
export const HISTORY_COUNTS = [
  "calls",
  "attempts",
  "failed",
  ...FAILURE_CLASSES,
  "aborted",
  "refused",
  "estimated_calls",
  "unknown_calls",
  "unpriced_calls",
  ...TOKEN_FIELDS,
  "charged_tokens",
] as const;

type HistoryCount = (typeof HISTORY_COUNTS)[number];

/** Sums of attempts, without their percentiles. */
export interface Sums {
  counts: Record<HistoryCount, number>;
  cost: UsdNanos;
  latency: Histogram;
  first_byte: Histogram;
}

/** Sums of nothing. A new object for each call, so that the caller may add to it. */
export function noSums(): Sums {
  const counts = Object.fromEntries(HISTORY_COUNTS.map((name) => [name, 0])) as Sums["counts"];
  return { counts, cost: ZERO_USD, latency: new Map(), first_byte: new Map() };
}

/** Adds one attempt. An attempt of unknown usage adds its charged tokens alone. */
export function addAttemptTo(sums: Sums, row: AttemptRow): void {
  const { counts } = sums;
  if (row.retry === 0) counts.calls++;
  counts.attempts++;
  if (row.outcome === "aborted") counts.aborted++;
  else if (row.outcome === "failed") {
    counts.failed++;
    counts[failureClass(row)]++;
  }
  addUsage(counts, row);
  if (row.cost_usd_nanos == null) counts.unpriced_calls++;
  else sums.cost = addUsd(sums.cost, row.cost_usd_nanos);
  addTime(sums.latency, row.latency_ms);
  if (row.first_byte_ms !== null) addTime(sums.first_byte, row.first_byte_ms);
}

function addUsage(counts: Sums["counts"], row: AttemptRow): void {
  if (row.usage_source === "estimated") counts.estimated_calls++;
  else if (row.usage_source === "unknown") counts.unknown_calls++;
  if (!hasKnownTokens(row)) counts.charged_tokens = addCounts(counts.charged_tokens, row.charged_tokens ?? 0);
  else addTokens(counts, row.usage);
}

/** Adds other sums. */
export function addSums(into: Sums, added: Sums): void {
  for (const name of HISTORY_COUNTS) into.counts[name] = addCounts(into.counts[name], added.counts[name]);
  into.cost = addUsd(into.cost, added.cost);
  addHistogram(into.latency, added.latency);
  addHistogram(into.first_byte, added.first_byte);
}

/** Sums on the wire. */
export function wireSums({ counts, cost, latency, first_byte }: Sums): HistorySums {
  const { calls, attempts, failed, aborted, refused, estimated_calls, unknown_calls, unpriced_calls } = counts;
  const pick = <Name extends HistoryCount>(names: readonly Name[]) =>
    Object.fromEntries(names.map((name) => [name, counts[name]])) as Record<Name, number>;
  return {
    calls,
    attempts,
    failed,
    failures: pick(FAILURE_CLASSES),
    aborted,
    refused,
    estimated_calls,
    unknown_calls,
    unpriced_calls,
    ...pick(TOKEN_FIELDS),
    charged_tokens: counts.charged_tokens,
    cost_usd: formatUsd(cost),
    latency_ms: wirePercentiles(latency),
    first_byte_ms: wirePercentiles(first_byte),
  };
}

function wirePercentiles(histogram: Histogram): Percentiles | null {
  const found = percentiles(histogram, [0.5, 0.95, 0.99]);
  return found && { p50: found[0], p95: found[1], p99: found[2] };
}
