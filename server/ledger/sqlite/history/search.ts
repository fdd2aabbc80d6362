/** Finds attempts, the last started first. Sums of history tell which quarter hours have any, so that others are not read. */
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import { type AttemptValues, COLUMNS, unpackAttempt } from "../../attempt_values.ts";
import { MINUTE_MS } from "../../history/open_minutes.ts";
import { MAX_CALL_ATTEMPTS } from "../../history/port.ts";
import type { AttemptPlace, AttemptSearch, FoundAttempt } from "../../history/search.ts";
import type { HistoryDimension } from "../../../../shared/history/history_names.ts";
import { QUARTER_MS, quarterOf } from "../../rollup.ts";
import { knownDimensions, pendingAttempts } from "./reader.ts";
import { HISTORY_LEVELS } from "./rows.ts";

const DIMENSION_COLUMNS: Record<HistoryDimension, string> = {
  workspace: "workspace_id",
  model: "model",
  app: "app",
  key: "key_id",
  endpoint: "endpoint",
  tier: "service_tier",
  outcome: "outcome",
};

const BEFORE_ALL: AttemptPlace = { started_at_ms: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER };

type Condition = [sql: string, ...values: SQLInputValue[]];

/** A page of attempts. */
export function searchAttempts(db: DatabaseSync, search: AttemptSearch): FoundAttempt[] {
  const { from_ms, to_ms, before = BEFORE_ALL, limit } = search;
  const conditions = conditionsOf(search);
  const statement = db.prepare(
    `SELECT seq, ${COLUMNS.join(", ")} FROM attempts
      WHERE started_at_ms >= ? AND started_at_ms < ? AND (started_at_ms, seq) < (?, ?)
      ${conditions.map(([sql]) => `AND ${sql}`).join(" ")}
      ORDER BY started_at_ms DESC, seq DESC LIMIT ?`,
  );
  const values = conditions.flatMap(([, ...values]) => values);
  const found: FoundAttempt[] = [];
  for (const [from, to] of spansWithAttempts(db, search, Math.min(to_ms, before.started_at_ms + 1))) {
    const span = [Math.max(from, from_ms), Math.min(to, to_ms), before.started_at_ms, before.seq];
    found.push(...statement.all(...span, ...values, limit - found.length).map(foundAttempt));
    if (found.length >= limit) break;
  }
  return found;
}

/** The attempts of a call: one by the index of the ids, others by the index of the calls. */
export function callAttempts(
  db: DatabaseSync,
  call_id: string,
  workspaces: readonly string[] | null,
): FoundAttempt[] {
  const [covered, ...ids] = workspaces === null ? ["true"] : oneOf("workspace_id", workspaces);
  const statement = db.prepare(
    `SELECT seq, ${COLUMNS.join(", ")} FROM attempts
      WHERE ((id = ? AND call_id = id) OR (call_id = ? AND call_id <> id)) AND ${covered}
      ORDER BY started_at_ms DESC, seq DESC LIMIT ${MAX_CALL_ATTEMPTS}`,
  );
  return statement.all(call_id, call_id, ...ids).map(foundAttempt);
}

function foundAttempt({ seq, ...columns }: Record<string, SQLOutputValue>): FoundAttempt {
  return { seq: Number(seq), row: unpackAttempt(Object.values(columns) as AttemptValues) };
}

/** The spans of time that may have attempts, the last one first. */
function* spansWithAttempts(db: DatabaseSync, search: AttemptSearch, to_ms: number): Iterable<[number, number]> {
  const { from_ms } = search;
  // Attempts that are in no sum yet may be anywhere; before the quarter hours of history, only days are known.
  if (pendingAttempts(db) > 0) return yield [from_ms, to_ms];
  const quarters = activeQuarters(db, search, quarterOf(from_ms), quarterOf(Math.max(from_ms, to_ms - 1)));
  for (const quarter of quarters) yield [quarter * QUARTER_MS, (quarter + 1) * QUARTER_MS];
  const first = db.prepare("SELECT min(minute) AS minute FROM history WHERE level = ?").get(HISTORY_LEVELS.quarter);
  const known_from_ms = Number(first?.minute ?? 0) * MINUTE_MS;
  if (from_ms < known_from_ms) yield [from_ms, Math.min(to_ms, known_from_ms)];
}

function activeQuarters(db: DatabaseSync, search: AttemptSearch, first: number, last: number): number[] {
  const statement = db.prepare(
    "SELECT minute FROM history WHERE level = ? AND dimensions = ? AND minute BETWEEN ? AND ?",
  );
  const minutes = [first, last].map((quarter) => quarter * QUARTER_MS / MINUTE_MS);
  const quarters = new Set<number>();
  for (const { id } of knownDimensions(db, search)) {
    for (const { minute } of statement.iterate(HISTORY_LEVELS.quarter, id, ...minutes)) {
      quarters.add(quarterOf(Number(minute) * MINUTE_MS));
    }
  }
  return [...quarters].sort((a, b) => b - a);
}

function conditionsOf({ workspaces, filters, is }: AttemptSearch): Condition[] {
  const conditions: Condition[] = [];
  if (workspaces !== null) conditions.push(oneOf("workspace_id", workspaces));
  for (const [name, values] of Object.entries(filters)) {
    conditions.push(oneOf(DIMENSION_COLUMNS[name as HistoryDimension], values));
  }
  for (const [name, value] of Object.entries(is)) conditions.push([`${name} = ?`, value]);
  return conditions;
}

/** `IS` also compares with `null`. */
function oneOf(column: string, values: readonly (string | null)[]): Condition {
  return [`(${values.map(() => `${column} IS ?`).join(" OR ") || "false"})`, ...values];
}
