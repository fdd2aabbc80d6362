/** Rows of the table `history`: the sums of one span in one set of dimensions. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import { MAX_USD_NANOS, minUsd, type UsdNanos, usdNanos } from "../../../../shared/money/money.ts";
import { decodeHistogram, encodeHistogram } from "../../history/histogram.ts";
import { addSums, HISTORY_COUNTS, noSums, type Sums } from "../../history/sums.ts";

/** The lengths of the spans. A quarter hour divides the day of every zone; a day is one of the service's zone. */
export const HISTORY_LEVELS = { minute: 0, quarter: 1, day: 2 } as const;

export type Level = (typeof HISTORY_LEVELS)[keyof typeof HISTORY_LEVELS];

/** SQLite would deliver money as a double. */
export const SUMS = `${HISTORY_COUNTS.join(", ")}, CAST(cost_usd_nanos AS TEXT) AS cost, latency, first_byte`;

/** Sums stop where a double stops being exact, as those of a row do. */
const total = (name: string) => `CAST(min(${Number.MAX_SAFE_INTEGER}.0, total(${name})) AS INTEGER) AS ${name}`;

/** Encoded histograms one after another are the encoded histogram of all. */
const joined = (name: string) => `CAST(group_concat(${name}, '') AS BLOB) AS ${name}`;

/**
 * What {@link sumsOfMany} takes, of several rows. Money in two halves: a sum of whole amounts could pass SQLite's integers,
 * which is an error.
 */
export const SUMMED = [
  ...HISTORY_COUNTS.map(total),
  "CAST(sum(cost_usd_nanos >> 32) AS TEXT) AS cost_high",
  "CAST(sum(cost_usd_nanos & 4294967295) AS TEXT) AS cost_low",
  ...["latency", "first_byte"].map(joined),
].join(", ");

/** Reads what {@link sumsOf} takes, of a span of minutes. */
export const SELECT_SPAN = `SELECT minute, ${SUMS} FROM history
  WHERE level = ? AND dimensions = ? AND minute >= ? AND minute < ? ORDER BY minute`;

const SELECT = `SELECT ${SUMS} FROM history WHERE level = ? AND dimensions = ? AND minute = ?`;

const COLUMNS = ["level", "dimensions", "minute", ...HISTORY_COUNTS, "cost_usd_nanos", "latency", "first_byte"];
const REPLACE = `REPLACE INTO history (${COLUMNS.join(", ")}) VALUES (${COLUMNS.map(() => "?").join(", ")})`;

type Row = Record<string, SQLOutputValue>;

/** The sums of a row. */
export function sumsOf(row: Row): Sums {
  return sumsWith(usdNanos(BigInt(String(row.cost))), row);
}

/** The sums of several rows. */
export function sumsOfMany(row: Row): Sums {
  const cost = (BigInt(String(row.cost_high)) << 32n) + BigInt(String(row.cost_low));
  return sumsWith(minUsd(cost as UsdNanos, MAX_USD_NANOS), row);
}

function sumsWith(cost: UsdNanos, row: Row): Sums {
  return {
    counts: Object.fromEntries(HISTORY_COUNTS.map((name) => [name, row[name]])) as Sums["counts"],
    cost,
    latency: decodeHistogram(row.latency as Uint8Array),
    first_byte: decodeHistogram(row.first_byte as Uint8Array),
  };
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
