/**
 * Compares the sums of history with the attempts and refusals that they stand for: some quarter hours at a time, so that
 * memory stays small, and each time in a transaction of its own, with a pause in which a running service can begin its
 * journal again.
 */
import type { DatabaseSync } from "node:sqlite";
import { type AttemptValues, COLUMNS, unpackAttempt } from "../../attempt_values.ts";
import { decodeDimensions } from "../../history/dimensions.ts";
import { encodeHistogram, type Histogram } from "../../history/histogram.ts";
import { type MinuteMarks, OpenMarks } from "../../history/marks.ts";
import { MINUTE_MS, type MinuteSums, OpenMinutes } from "../../history/open_minutes.ts";
import type { Sums } from "../../history/sums.ts";
import type { RefusalRow } from "../../ledger.ts";
import { QUARTER_MS, quarterOf } from "../../rollup.ts";
import { execute } from "../connect.ts";
import { retainedFrom, versionOf } from "../schema.ts";
import { lackingMinutes } from "./mark_rows.ts";
import { HISTORY_LEVELS, type Level, SUMS, sumsOf } from "./rows.ts";
import { byQuarter, placeOf } from "./writer.ts";

/** Attempts that are compared together, about. A quarter hour is never divided. */
const SPAN_ROWS = 5_000;

/** Minutes are kept for at least 8 days. */
const COMPARED_MINUTES_MS = 7 * 24 * 60 * MINUTE_MS;

/** The version of the tables with marks. */
const MARKS_VERSION = 6;

/** A day with a clock change has up to 25 hours. */
const DAY_MINUTES = 25 * 60;

const LATER = "SELECT started_at_ms FROM attempts WHERE started_at_ms >= ? ORDER BY started_at_ms LIMIT 1 OFFSET ?";
const ATTEMPTS = `SELECT ${COLUMNS.join(", ")} FROM attempts
  WHERE started_at_ms >= ? AND started_at_ms < ? AND seq <= ?`;
const REFUSALS = "SELECT * FROM refusals WHERE at_ms >= ? AND at_ms < ? AND seq <= ?";

// The key of the table begins with the dimensions: a search for each of them is faster than to read all of it.
const STORED = `SELECT names.dimensions AS text, minute, ${SUMS} FROM history_dimensions AS names CROSS JOIN history
  ON level = ? AND history.dimensions = names.id AND minute >= ? AND minute < ?`;
const DAY = `SELECT 1 FROM history JOIN history_dimensions AS names ON history.dimensions = names.id
  WHERE level = ${HISTORY_LEVELS.day} AND names.dimensions = ? AND minute > ? AND minute <= ?`;

/** The pause after {@link BUSY_MS} of reading. A service commits at most every 20 ms. */
const PAUSE_MS = 50;
const BUSY_MS = 1_000;

/** Epoch milliseconds: the starts of quarter hours. The last one is larger than every time. */
interface Span {
  from_ms: number;
  to_ms: number;
}

/** The end of time, as SQLite takes it. */
const END_MS = Number.MAX_SAFE_INTEGER;

/** By dimensions and minute. */
type SumsByKey = Map<string, MinuteSums>;

/**
 * One sentence for each quarter hour, or minute of the last days, and set of dimensions whose sums differ from its rows.
 * Quarter hours that have become days are not compared.
 *
 * @param now_ms the present, in epoch milliseconds.
 * @param max sentences.
 * @param between is called after each transaction.
 */
export function historyFaults(db: DatabaseSync, now_ms: number, max: number, between = pauses()): string[] {
  const minutes_from_ms = now_ms - COMPARED_MINUTES_MS;
  const faults: string[] = [];
  for (let from_ms = 0; from_ms < END_MS && faults.length < max;) {
    execute(db, "BEGIN");
    const span = spanFrom(db, from_ms);
    faults.push(...faultsIn(db, span, minutes_from_ms).take(max - faults.length));
    execute(db, "COMMIT");
    between();
    from_ms = span.to_ms;
  }
  return faults;
}

function pauses(): () => void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  let last_ms = performance.now();
  return () => {
    if (performance.now() - last_ms < BUSY_MS) return;
    Atomics.wait(pause, 0, 0, PAUSE_MS);
    last_ms = performance.now();
  };
}

/** @returns a span without the quarter hours of which retention has deleted attempts. */
function spanFrom(db: DatabaseSync, start_ms: number): Span {
  const from_ms = Math.max(start_ms, quarterOf(retainedFrom(db)) * QUARTER_MS);
  const later = db.prepare(LATER).get(from_ms, SPAN_ROWS);
  if (!later) return { from_ms, to_ms: END_MS };
  return { from_ms, to_ms: Math.max(quarterOf(Number(later.started_at_ms)) * QUARTER_MS, from_ms + QUARTER_MS) };
}

function* faultsIn(db: DatabaseSync, { from_ms, to_ms }: Span, minutes_from_ms: number): Generator<string> {
  const { minutes, marks } = historyOfRows(db, { from_ms, to_ms });
  const quarters = byKey(byQuarter(minutes));
  const day = db.prepare(DAY);
  for (const { dimensions, minute } of differences(db, HISTORY_LEVELS.quarter, quarters, { from_ms, to_ms })) {
    const isDay = day.get(dimensions, minute - DAY_MINUTES, minute) !== undefined;
    if (!isDay) yield sentence(dimensions, minute);
  }
  const recent = { from_ms: Math.max(from_ms, minutes_from_ms), to_ms };
  const compared = byKey(minutes.filter(({ minute }) => minute * MINUTE_MS >= recent.from_ms));
  for (const { dimensions, minute } of differences(db, HISTORY_LEVELS.minute, compared, recent)) {
    yield sentence(dimensions, minute, " in its minutes");
  }
  if (versionOf(db) < MARKS_VERSION) return;
  for (const minute of lackingMinutes(db, marks)) {
    yield `a search would not find all attempts of the minute ${instant(minute)}: it lacks marks of their values`;
  }
}

/** @param expected is emptied. */
function* differences(db: DatabaseSync, level: Level, expected: SumsByKey, { from_ms, to_ms }: Span) {
  for (const row of db.prepare(STORED).iterate(level, from_ms / MINUTE_MS, to_ms / MINUTE_MS)) {
    const [dimensions, minute] = [String(row.text), Number(row.minute)];
    const key = keyOf(dimensions, minute);
    const isSame = isEqual(expected.get(key)?.sums, sumsOf(row));
    expected.delete(key);
    if (!isSame) yield { dimensions, minute };
  }
  yield* expected.values();
}

function sentence(dimensions: string, minute: number, where = ""): string {
  const { workspace, model } = decodeDimensions(dimensions);
  return `the history of workspace ${workspace}, model ${model}, from ${
    instant(minute)
  }${where} differs from its attempts`;
}

function instant(minute: number): string {
  return new Date(minute * MINUTE_MS).toISOString();
}

/** The sums and marks that the attempts and refusals of a span must have. */
function historyOfRows(db: DatabaseSync, { from_ms, to_ms }: Span): { minutes: MinuteSums[]; marks: MinuteMarks[] } {
  const place = placeOf(db);
  const open = new OpenMinutes();
  const marks = new OpenMarks();
  for (const values of db.prepare(ATTEMPTS).iterate(from_ms, to_ms, place.attempt)) {
    const row = unpackAttempt(Object.values(values) as AttemptValues);
    open.add(row);
    marks.add(row);
  }
  for (const row of db.prepare(REFUSALS).iterate(from_ms, to_ms, place.refusal)) {
    open.addRefusals(row as unknown as RefusalRow);
  }
  return { minutes: open.drain(), marks: marks.drain() };
}

function byKey(all: readonly MinuteSums[]): SumsByKey {
  return new Map(all.map((sums) => [keyOf(sums.dimensions, sums.minute), sums]));
}

function keyOf(dimensions: string, minute: number): string {
  return `${minute} ${dimensions}`;
}

function isEqual(a: Sums | undefined, b: Sums): boolean {
  return a !== undefined && textOf(a) === textOf(b);
}

function textOf({ counts, cost, latency, first_byte }: Sums): string {
  return JSON.stringify([counts, cost.toString(), sorted(latency), sorted(first_byte)]);
}

function sorted(histogram: Histogram): number[] {
  return [...encodeHistogram(new Map([...histogram].sort(([a], [b]) => a - b)))];
}
