/** Compares the sums of history with the attempts and refusals that they stand for. */
import type { DatabaseSync } from "node:sqlite";
import { type AttemptValues, COLUMNS, unpackAttempt } from "../../attempt_values.ts";
import { decodeDimensions } from "../../history/dimensions.ts";
import { MINUTE_MS, OpenMinutes } from "../../history/open_minutes.ts";
import { encodeHistogram, type Histogram } from "../../history/histogram.ts";
import { addSums, noSums, type Sums } from "../../history/sums.ts";
import type { RefusalRow } from "../../ledger.ts";
import { HISTORY_LEVELS, sumsOf } from "./rows.ts";
import { placeOf } from "./writer.ts";

const MINUTES_A_QUARTER = 15;

/**
 * One sentence for each quarter hour and set of dimensions whose sums differ from its rows.
 *
 * @param from_ms the start of a quarter hour; the attempts before it are deleted.
 * @param max sentences.
 */
export function historyFaults(db: DatabaseSync, from_ms: number, max: number): string[] {
  const from = from_ms / MINUTE_MS;
  const expected = sumsOfRows(db, from_ms);
  const stored = storedSums(db, from);
  // Quarter hours that have become days cannot be compared one by one.
  const first = stored.values().reduce((first, { quarter }) => Math.min(first, quarter), Infinity);
  const faults: string[] = [];
  for (const key of new Set([...expected.keys(), ...stored.keys()])) {
    const { quarter, dimensions } = (expected.get(key) ?? stored.get(key))!;
    if (quarter < first || isEqual(expected.get(key)?.sums, stored.get(key)?.sums)) continue;
    const { workspace, model } = decodeDimensions(dimensions);
    const at = new Date(quarter * MINUTE_MS).toISOString();
    faults.push(`the history of workspace ${workspace}, model ${model}, from ${at} differs from its attempts`);
    if (faults.length === max) break;
  }
  return faults;
}

/** The sums of one quarter hour, which is named by its first minute. */
interface QuarterSums {
  quarter: number;
  dimensions: string;
  sums: Sums;
}

function sumsOfRows(db: DatabaseSync, from_ms: number): Map<string, QuarterSums> {
  const place = placeOf(db);
  const minutes = new OpenMinutes();
  const attempts = db.prepare(`SELECT ${COLUMNS.join(", ")} FROM attempts WHERE seq <= ? AND started_at_ms >= ?`);
  for (const row of attempts.iterate(place.attempt, from_ms)) {
    minutes.add(unpackAttempt(Object.values(row) as AttemptValues));
  }
  const refusals = db.prepare("SELECT * FROM refusals WHERE seq <= ? AND at_ms >= ?");
  for (const row of refusals.iterate(place.refusal, from_ms)) minutes.addRefusals(row as unknown as RefusalRow);
  const quarters = new Map<string, QuarterSums>();
  for (const { minute, dimensions, sums } of minutes.drain()) {
    const quarter = minute - minute % MINUTES_A_QUARTER;
    const key = `${quarter} ${dimensions}`;
    const known = quarters.get(key) ?? { quarter, dimensions, sums: noSums() };
    quarters.set(key, known);
    addSums(known.sums, sums);
  }
  return quarters;
}

function storedSums(db: DatabaseSync, from: number): Map<string, QuarterSums> {
  const ids = db.prepare("SELECT id, dimensions FROM history_dimensions").all();
  const names = new Map(ids.map(({ id, dimensions }) => [Number(id), String(dimensions)]));
  const statement = db.prepare(
    "SELECT *, CAST(cost_usd_nanos AS TEXT) AS cost FROM history WHERE level = ? AND minute >= ?",
  );
  const stored = new Map<string, QuarterSums>();
  for (const row of statement.iterate(HISTORY_LEVELS.quarter, from)) {
    const [quarter, dimensions] = [Number(row.minute), names.get(Number(row.dimensions))!];
    stored.set(`${quarter} ${dimensions}`, { quarter, dimensions, sums: sumsOf(row) });
  }
  return stored;
}

function isEqual(a: Sums | undefined, b: Sums | undefined): boolean {
  return a !== undefined && b !== undefined && textOf(a) === textOf(b);
}

function textOf({ counts, cost, latency, first_byte }: Sums): string {
  return JSON.stringify([counts, cost.toString(), sorted(latency), sorted(first_byte)]);
}

function sorted(histogram: Histogram): number[] {
  return [...encodeHistogram(new Map([...histogram].sort(([a], [b]) => a - b)))];
}
