/** Rows of the table `history`: the sums of one span in one set of dimensions. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import { usdNanos } from "../../../../shared/money/money.ts";
import { addEncoded, encodeHistogram, type Histogram } from "../../history/histogram.ts";
import { addSums, HISTORY_COUNTS, noSums, type Sums } from "../../history/sums.ts";

/** The lengths of the spans. A quarter hour divides the day of every zone; a day is one of the service's zone. */
export const HISTORY_LEVELS = { minute: 0, quarter: 1, day: 2 } as const;

export type Level = (typeof HISTORY_LEVELS)[keyof typeof HISTORY_LEVELS];

/** SQLite would deliver money as a double. */
export const SUMS = `${HISTORY_COUNTS.join(", ")}, CAST(cost_usd_nanos AS TEXT) AS cost, latency, first_byte`;

/** Reads what {@link sumsOf} takes, of a span of minutes. */
export const SELECT_SPAN = `SELECT minute, ${SUMS} FROM history
  WHERE level = ? AND dimensions = ? AND minute >= ? AND minute < ? ORDER BY minute`;

const SELECT = `SELECT ${SUMS} FROM history WHERE level = ? AND dimensions = ? AND minute = ?`;

const COLUMNS = ["level", "dimensions", "minute", ...HISTORY_COUNTS, "cost_usd_nanos", "latency", "first_byte"];
const REPLACE = `REPLACE INTO history (${COLUMNS.join(", ")}) VALUES (${COLUMNS.map(() => "?").join(", ")})`;

/** The sums of a row. */
export function sumsOf(row: Record<string, SQLOutputValue>): Sums {
  const counts = Object.fromEntries(HISTORY_COUNTS.map((name) => [name, row[name]])) as Sums["counts"];
  return {
    counts,
    cost: usdNanos(BigInt(String(row.cost))),
    latency: decoded(row.latency),
    first_byte: decoded(row.first_byte),
  };
}

function decoded(bytes: SQLOutputValue): Histogram {
  const histogram: Histogram = new Map();
  addEncoded(histogram, bytes as Uint8Array);
  return histogram;
}

/** Adds sums to the table. The caller has begun a transaction. */
export class HistoryRows {
  readonly #select: StatementSync;
  readonly #replace: StatementSync;

  constructor(db: DatabaseSync) {
    this.#select = db.prepare(SELECT);
    this.#replace = db.prepare(REPLACE);
  }

  add(level: Level, dimensions: number, minute: number, added: Sums): void {
    const row = this.#select.get(level, dimensions, minute);
    const sums = row ? sumsOf(row) : noSums();
    addSums(sums, added);
    const counts = HISTORY_COUNTS.map((name) => sums.counts[name]);
    const histograms = [encodeHistogram(sums.latency), encodeHistogram(sums.first_byte)];
    this.#replace.run(level, dimensions, minute, ...counts, sums.cost, ...histograms);
  }
}
