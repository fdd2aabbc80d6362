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
import { inSnapshot } from "../connect.ts";
import { HISTORY_LEVELS, type Level, SUMMED, sumsOfMany } from "./rows.ts";
import { placeOf } from "./writer.ts";

const SIZE = `SELECT coalesce(sum(attempts + refused), 0) AS size FROM history
  WHERE level = ? AND dimensions = ? AND minute >= ? AND minute < ?`;

/** A set of dimensions. */
interface Known {
  id: number;
  dimensions: string;
}

/** The values that are shown as groups. */
type Groups = readonly (string | null)[];

/** Its rows are what {@link sumsOfMany} takes, with the index of the group and of the step. */
const SELECT_STEPS = `
  SELECT g.value ->> 1 AS grp, CAST((minute - $from) / $minutes AS INTEGER) AS step, ${SUMMED}
  FROM json_each($groups) g CROSS JOIN history ON level = $level AND dimensions = g.value ->> 0
    AND minute >= $from AND minute < $to
  GROUP BY 1, 2`;

export function readHistory(db: DatabaseSync, query: HistoryQuery): HistoryAnswer {
  return inSnapshot(db, () => {
    const known = knownDimensions(db, query);
    const shown = query.by === null ? [] : topGroups(query, sizes(db, query, known));
    return { ...answerOf(query, shown, parts(db, query, known, shown)), pending_attempts: pendingAttempts(db) };
  });
}

/** Quarter hours that have become days are in the level of days alone. */
function levelsOf({ unit }: HistoryQuery): Level[] {
  const { minute, quarter, day } = HISTORY_LEVELS;
  return unit === "minute" ? [minute] : [quarter, day];
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

function* sizes(db: DatabaseSync, query: HistoryQuery, known: readonly Known[]): Iterable<[string, number]> {
  const statement = db.prepare(SIZE);
  const [from, to] = [query.starts_ms[0], query.end_ms].map((ms) => ms / MINUTE_MS);
  for (const { id, dimensions } of known) {
    for (const level of levelsOf(query)) {
      const size = Number(statement.get(level, id, from, to)!.size);
      if (size > 0) yield [dimensions, size];
    }
  }
}

/**
 * The sums of each step and group. SQLite adds up the rows: to read them one by one takes several times as long.
 *
 * @param shown the groups that are asked for one by one.
 */
function* parts(db: DatabaseSync, query: HistoryQuery, known: readonly Known[], shown: Groups): Iterable<SumsAt> {
  const { by, starts_ms } = query;
  const groupOf = (text: string) => by === null ? 0 : shown.indexOf(decodeDimensions(text)[by]);
  const members = known.map(({ id, dimensions }) => ({ id, dimensions, group: groupOf(dimensions) }));
  const groups = JSON.stringify(members.map(({ id, group }) => [id, group]));
  const statement = db.prepare(SELECT_STEPS);
  for (const level of levelsOf(query)) {
    for (const { first, count, minutes } of evenRuns(query)) {
      const from = starts_ms[first] / MINUTE_MS;
      for (const row of statement.all({ groups, level, from, to: from + count * minutes, minutes })) {
        const { dimensions } = members.find(({ group }) => group === row.grp)!;
        yield { dimensions, at_ms: starts_ms[first + Number(row.step)], sums: sumsOfMany(row) };
      }
    }
  }
}

/** Consecutive steps of one length: only a change of clocks divides them. */
interface EvenRun {
  /** The index of the first step. */
  first: number;
  count: number;
  /** The length of a step. */
  minutes: number;
}

function evenRuns({ starts_ms, end_ms }: HistoryQuery): EvenRun[] {
  const runs: EvenRun[] = [];
  starts_ms.forEach((start, step) => {
    const minutes = ((starts_ms[step + 1] ?? end_ms) - start) / MINUTE_MS;
    const run = runs.at(-1);
    if (run?.minutes === minutes) run.count++;
    else runs.push({ first: step, count: 1, minutes });
  });
  return runs;
}

/** How many attempts are in no sum yet. */
function pendingAttempts(db: DatabaseSync): number {
  const last = Number(db.prepare("SELECT coalesce(max(seq), 0) AS last FROM attempts").get()!.last);
  return Math.max(0, last - placeOf(db).attempt);
}
