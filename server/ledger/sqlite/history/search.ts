/** Finds attempts, the last started first. Sums and marks of history tell which minutes have any: others are not read. */
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import { type AttemptValues, COLUMNS, unpackAttempt } from "../../attempt_values.ts";
import { MAX_CALL_ATTEMPTS } from "../../history/port.ts";
import type { AttemptPlace, AttemptSearch, FoundAttempt, FoundPage } from "../../history/search.ts";
import type { HistoryDimension } from "../../../../shared/history/history_names.ts";
import { inSnapshot } from "../connect.ts";
import { spansOf } from "./search_spans.ts";

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

/** One attempt of a call is found by the index of the ids, others by the index of the calls. */
const OF_CALL = "((id = ? AND call_id = id) OR (call_id = ? AND call_id <> id))";

type Condition = [sql: string, ...values: SQLInputValue[]];

/** How long a search takes at most, but for its last batch. */
const MAX_MS = 150;

/** Attempts that are read at a time: 5 to 20 ms. */
const BATCH = 10_000;

/** A call with more attempts is searched for like a run. */
const MAX_SORTED = 10_000;

/**
 * A page of attempts.
 *
 * @param now a clock in milliseconds, which need not be the time of day.
 */
export function searchAttempts(db: DatabaseSync, search: AttemptSearch, now = () => performance.now()): FoundPage {
  return inSnapshot(db, () => callPage(db, search) ?? scan(db, search, now() + MAX_MS, now));
}

/** Reads spans of time, the last one first, until the page is full or the time is over. */
function scan(db: DatabaseSync, search: AttemptSearch, deadline: number, now: () => number): FoundPage {
  const { from_ms, to_ms, before = BEFORE_ALL, limit } = search;
  const read = batchReader(db, search);
  const attempts: FoundAttempt[] = [];
  // No attempt has the number 0: such a place is before all attempts of its millisecond.
  const end_ms = Math.min(to_ms, before.started_at_ms + Math.min(before.seq, 1));
  for (const [from, to] of spansOf(db, search, end_ms)) {
    const start = Math.max(from, from_ms);
    let place: AttemptPlace | null = earlier(before, { started_at_ms: Math.min(to, to_ms), seq: 0 });
    while (place !== null) {
      const { found, next } = read(start, place, limit - attempts.length);
      attempts.push(...found);
      if (attempts.length >= limit) return { attempts, resume: null };
      if (now() >= deadline) return { attempts, resume: next ?? { started_at_ms: start, seq: 0 } };
      place = next;
    }
  }
  return { attempts, resume: null };
}

type ReadBatch = (from_ms: number, before: AttemptPlace, limit: number) => {
  found: FoundAttempt[];
  /** Where the next batch begins; `null` after the last one. */
  next: AttemptPlace | null;
};

function batchReader(db: DatabaseSync, search: AttemptSearch): ReadBatch {
  const conditions = conditionsOf(search);
  const span = "started_at_ms >= ? AND (started_at_ms, seq) < (?, ?)";
  const order = "ORDER BY started_at_ms DESC, seq DESC LIMIT ?";
  const last = db.prepare(
    `SELECT started_at_ms, seq FROM attempts INDEXED BY attempts_started WHERE ${span} ${order} - 1, 1`,
  );
  const matching = db.prepare(
    `SELECT seq, ${COLUMNS.join(", ")} FROM attempts INDEXED BY attempts_started
      WHERE ${span} AND (started_at_ms, seq) >= (?, ?) ${conditions.map(([sql]) => `AND ${sql}`).join(" ")} ${order}`,
  );
  const values = conditions.flatMap(([, ...values]) => values);
  return (from_ms, before, limit) => {
    const place = [before.started_at_ms, before.seq];
    const end = last.get(from_ms, ...place, BATCH);
    const next = end ? { started_at_ms: Number(end.started_at_ms), seq: Number(end.seq) } : null;
    const { started_at_ms, seq } = next ?? { started_at_ms: from_ms, seq: 0 };
    const found = matching.all(started_at_ms, ...place, started_at_ms, seq, ...values, limit).map(foundAttempt);
    return { found, next };
  };
}

/** The page of a search for one call, by the index of calls; `null` for another search. */
function callPage(db: DatabaseSync, search: AttemptSearch): FoundPage | null {
  const { is: { call_id }, from_ms, to_ms, before = BEFORE_ALL, limit } = search;
  if (call_id === undefined) return null;
  const count = db.prepare(
    `SELECT count(*) AS count FROM (SELECT 1 FROM attempts WHERE ${OF_CALL} LIMIT ${MAX_SORTED})`,
  );
  if (Number(count.get(call_id, call_id)!.count) === MAX_SORTED) return null;
  const conditions = conditionsOf(search);
  const statement = db.prepare(
    `SELECT seq, ${COLUMNS.join(", ")} FROM attempts
      WHERE ${OF_CALL} AND started_at_ms >= ? AND started_at_ms < ? AND (started_at_ms, seq) < (?, ?)
      ${conditions.map(([sql]) => `AND ${sql}`).join(" ")} ORDER BY started_at_ms DESC, seq DESC LIMIT ?`,
  );
  const span = [from_ms, to_ms, before.started_at_ms, before.seq];
  const values = conditions.flatMap(([, ...values]) => values);
  return { attempts: statement.all(call_id, call_id, ...span, ...values, limit).map(foundAttempt), resume: null };
}

function earlier(a: AttemptPlace, b: AttemptPlace): AttemptPlace {
  return a.started_at_ms < b.started_at_ms || (a.started_at_ms === b.started_at_ms && a.seq < b.seq) ? a : b;
}

/** The attempts of a call. */
export function callAttempts(
  db: DatabaseSync,
  call_id: string,
  workspaces: readonly string[] | null,
): FoundAttempt[] {
  const [covered, ...ids] = workspaces === null ? ["true"] : oneOf("workspace_id", workspaces);
  const statement = db.prepare(
    `SELECT seq, ${COLUMNS.join(", ")} FROM attempts
      WHERE ${OF_CALL} AND ${covered}
      ORDER BY started_at_ms DESC, seq DESC LIMIT ${MAX_CALL_ATTEMPTS}`,
  );
  return statement.all(call_id, call_id, ...ids).map(foundAttempt);
}

function foundAttempt({ seq, ...columns }: Record<string, SQLOutputValue>): FoundAttempt {
  return { seq: Number(seq), row: unpackAttempt(Object.values(columns) as AttemptValues) };
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
