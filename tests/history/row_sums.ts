/** Sums of a ledger's rows by SQL on the rows alone, for days that `Intl` tells apart: nothing of history is used. */
import type { DatabaseSync } from "node:sqlite";
import type { HistoryDimension } from "../../shared/history/history_names.ts";

export const QUARTER_MS = 900_000;

/** The numbers of one group in one quarter hour, or in one step of a zone. */
export type RowSums = Record<(typeof NAMES)[number], bigint>;

const NAMES = [
  "calls",
  "attempts",
  "failed",
  "aborted",
  "refused",
  "estimated_calls",
  "unknown_calls",
  "unpriced_calls",
  "input_tokens",
  "cached_input_tokens",
  "output_tokens",
  "reasoning_tokens",
  "total_tokens",
  "charged_tokens",
  "cost",
] as const;

const KNOWN = "usage_source IN ('counted', 'estimated')";

const COUNTED = `
  sum(retry = 0) AS calls, count(*) AS attempts, sum(outcome = 'failed') AS failed, sum(outcome = 'aborted') AS aborted,
  0 AS refused, sum(usage_source = 'estimated') AS estimated_calls, sum(usage_source = 'unknown') AS unknown_calls,
  sum(cost_usd_nanos IS NULL) AS unpriced_calls,
  sum(iif(${KNOWN}, input_tokens, 0)) AS input_tokens, sum(iif(${KNOWN}, cached_input_tokens, 0)) AS cached_input_tokens,
  sum(iif(${KNOWN}, output_tokens, 0)) AS output_tokens, sum(iif(${KNOWN}, reasoning_tokens, 0)) AS reasoning_tokens,
  sum(iif(${KNOWN}, total_tokens, 0)) AS total_tokens,
  sum(iif(${KNOWN}, 0, coalesce(charged_tokens, 0))) AS charged_tokens, sum(coalesce(cost_usd_nanos, 0)) AS cost`;

const ATTEMPT_COLUMN: Record<HistoryDimension, string> = {
  workspace: "workspace_id",
  model: "model",
  app: "app",
  key: "key_id",
  endpoint: "endpoint",
  tier: "service_tier",
  outcome: "outcome",
};

/** A refused call has no tier, and its outcome is its own. */
const REFUSAL_COLUMN: Record<HistoryDimension, string> = { ...ATTEMPT_COLUMN, tier: "NULL", outcome: "'refused'" };

interface QuarterSums {
  quarter: number;
  group: string | null;
  sums: RowSums;
}

/** The sums of each quarter hour and group. */
export function quarterSums(db: DatabaseSync, by: HistoryDimension | null): QuarterSums[] {
  const group = (columns: Record<HistoryDimension, string>) => by === null ? "NULL" : columns[by];
  const refused = NAMES.map((name) => `${name === "refused" ? "sum(calls)" : "0"} AS ${name}`);
  const statement = db.prepare(
    `SELECT started_at_ms / ${QUARTER_MS} AS quarter, ${
      group(ATTEMPT_COLUMN)
    } AS name, ${COUNTED} FROM attempts GROUP BY 1, 2
     UNION ALL
     SELECT at_ms / ${QUARTER_MS}, ${group(REFUSAL_COLUMN)} AS name, ${refused.join(", ")} FROM refusals GROUP BY 1, 2`,
  );
  statement.setReadBigInts(true);
  return statement.all().map(({ quarter, name, ...sums }) => ({
    quarter: Number(quarter),
    group: name as string | null,
    sums: sums as RowSums,
  }));
}

/** The name of the local day in which an instant lies. */
function dayNames(zone: string): (quarter: number) => string {
  const fields = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const format = new Intl.DateTimeFormat("en", { timeZone: zone, ...fields });
  const names = new Map<number, string>();
  return (quarter) => {
    const known = names.get(quarter) ?? format.format(quarter * QUARTER_MS);
    names.set(quarter, known);
    return known;
  };
}

/** The name of the step in which an instant lies: its local day, and of an hour its number since the day's midnight. */
export function stepNames(zone: string, step: "day" | "hour"): (at_ms: number) => string {
  const dayOf = dayNames(zone);
  const midnights = new Map<string, number>();
  return (at_ms) => {
    const quarter = Math.floor(at_ms / QUARTER_MS);
    const day = dayOf(quarter);
    if (step === "day") return day;
    let midnight = midnights.get(day) ?? quarter;
    while (dayOf(midnight - 1) === day) midnight--;
    midnights.set(day, midnight);
    return `${day}, hour ${(quarter - midnight) >> 2}`;
  };
}

/** Adds sums up by a key. */
export function addUp(parts: Iterable<[key: string, sums: RowSums]>): Map<string, RowSums> {
  const sums = new Map<string, RowSums>();
  for (const [key, part] of parts) {
    const into = sums.get(key);
    if (!into) sums.set(key, { ...part });
    else for (const name of NAMES) into[name] += part[name];
  }
  return sums;
}

/** The same numbers of an answer of history. */
export function answerSums(sums: Record<string, unknown>): RowSums {
  const cost = BigInt(String(sums.cost_usd).replace(".", ""));
  return Object.fromEntries(
    NAMES.map((name) => [name, name === "cost" ? cost : BigInt(sums[name] as number)]),
  ) as RowSums;
}
