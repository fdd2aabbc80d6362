/** Answers queries about history from the tables of sums. */
import type { DatabaseSync } from "node:sqlite";
import { decodeDimensions } from "../../history/dimensions.ts";
import { MINUTE_MS } from "../../history/open_minutes.ts";
import {
  answerOf,
  type Asked,
  type HistoryAnswer,
  type HistoryQuery,
  isAsked,
  type SumsAt,
  topGroups,
} from "../../history/query.ts";
import { HISTORY_LEVELS, type Level, SELECT_SPAN, sumsOf } from "./rows.ts";
import { placeOf } from "./writer.ts";

const SIZE = `SELECT coalesce(sum(attempts + refused), 0) AS size FROM history
  WHERE level = ? AND dimensions = ? AND minute >= ? AND minute < ?`;

/** A set of dimensions. */
interface Known {
  id: number;
  dimensions: string;
}

/** A span of whole minutes at one level. */
type Span = [level: Level, from: number, to: number];

export function readHistory(db: DatabaseSync, query: HistoryQuery): HistoryAnswer {
  const known = knownDimensions(db, query);
  const spans = spansOf(query);
  const shown = query.by === null ? [] : topGroups(query, sizes(db, known, spans));
  return { ...answerOf(query, shown, parts(db, known, spans)), pending_attempts: pendingAttempts(db) };
}

function spansOf({ unit, starts_ms, end_ms }: HistoryQuery): Span[] {
  const [from, to] = [starts_ms[0], end_ms].map((ms) => Math.floor(ms / MINUTE_MS));
  const { minute, quarter, day } = HISTORY_LEVELS;
  // Quarter hours that have become days are in that level alone.
  return (unit === "minute" ? [minute] : [quarter, day]).map((level) => [level, from, to]);
}

/** The dimensions that a question asks for. */
export function knownDimensions(db: DatabaseSync, query: Asked): Known[] {
  const sql = "SELECT id, dimensions FROM history_dimensions";
  const rows = query.workspaces === null
    ? db.prepare(sql).all()
    : query.workspaces.flatMap((id) => db.prepare(`${sql} WHERE workspace_id = ?`).all(id));
  const known = rows.map(({ id, dimensions }) => ({ id: Number(id), dimensions: String(dimensions) }));
  return known.filter(({ dimensions }) => isAsked(query, decodeDimensions(dimensions)));
}

function* sizes(db: DatabaseSync, known: readonly Known[], spans: readonly Span[]): Iterable<[string, number]> {
  const statement = db.prepare(SIZE);
  for (const { id, dimensions } of known) {
    for (const [level, from, to] of spans) {
      const size = Number(statement.get(level, id, from, to)!.size);
      if (size > 0) yield [dimensions, size];
    }
  }
}

function* parts(db: DatabaseSync, known: readonly Known[], spans: readonly Span[]): Iterable<SumsAt> {
  const statement = db.prepare(SELECT_SPAN);
  for (const { id, dimensions } of known) {
    for (const [level, from, to] of spans) {
      for (const row of statement.iterate(level, id, from, to)) {
        yield { dimensions, at_ms: Number(row.minute) * MINUTE_MS, sums: sumsOf(row) };
      }
    }
  }
}

/** How many attempts are in no sum yet. */
export function pendingAttempts(db: DatabaseSync): number {
  const last = Number(db.prepare("SELECT coalesce(max(seq), 0) AS last FROM attempts").get()!.last);
  return Math.max(0, last - placeOf(db).attempt);
}
