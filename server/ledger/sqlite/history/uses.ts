/** Reads what the attempts of one workspace took, in the order of their starts. Quarter hours without any are not read. */
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { UsdNanos } from "../../../../shared/money/money.ts";
import type { SpendNames } from "../../../core/budgets/rules.ts";
import type { AttemptUse } from "../../../core/replay/attempt_use.ts";
import type { AttemptPlace } from "../../history/search.ts";
import { USES_PAGE, type UsesPage, type UsesQuery } from "../../history/uses.ts";
import { QUARTER_MS, quarterOf } from "../../rollup.ts";
import { MONEY, REQUESTED, TAKES_REQUEST, TOKENS } from "../attempt_sql.ts";
import { retainedFrom } from "../schema.ts";

/** A page ends after this time: other reads wait for it. */
const PAGE_MS = 50;

// Steps from one quarter that has attempts of any workspace to the one before.
const QUARTERS = `
  WITH RECURSIVE quarters (n) AS (
    SELECT max(quarter) FROM rollups WHERE quarter <= ?2
    UNION ALL
    SELECT (SELECT max(quarter) FROM rollups WHERE quarter < n) FROM quarters WHERE n >= ?1
  )
  SELECT n AS quarter, sum(r.attempts) AS attempts FROM quarters CROSS JOIN rollups r ON r.quarter = n AND r.workspace_id = ?3
  WHERE n >= ?1 GROUP BY n ORDER BY n DESC`;

const NEXT_QUARTER = `
  WITH RECURSIVE quarters (n) AS (
    SELECT min(quarter) FROM rollups WHERE quarter >= ?1
    UNION ALL
    SELECT (SELECT min(quarter) FROM rollups WHERE quarter > n) FROM quarters WHERE n <= ?2
  )
  SELECT n FROM quarters WHERE n <= ?2 AND EXISTS (SELECT 1 FROM rollups WHERE quarter = n AND workspace_id = ?3) LIMIT 1`;

const LEFT_OUT = `SELECT started_at_ms FROM attempts WHERE workspace_id = ? AND started_at_ms >= ? AND started_at_ms < ?
  ORDER BY started_at_ms DESC LIMIT 1 OFFSET ?`;

const USES = `
  SELECT a.seq, a.started_at_ms, a.app, a.run, ${REQUESTED} AS requested, a.model, ${TAKES_REQUEST} AS takes_request,
    ${TOKENS} AS tokens, CAST(${MONEY} AS TEXT) AS spent,
    CASE WHEN a.call_id <> a.id OR EXISTS (SELECT 1 FROM attempts o WHERE o.call_id = a.call_id AND o.call_id <> o.id)
      THEN a.call_id END AS call
  FROM attempts a
  WHERE a.workspace_id = ? AND a.started_at_ms >= ? AND a.started_at_ms < ? AND (a.started_at_ms, a.seq) > (?, ?)
  ORDER BY a.started_at_ms, a.seq LIMIT ?`;

/** The first instant from which on all attempts are there, and at most so many as are asked for. */
export function usesFrom(db: DatabaseSync, { workspace_id, from_ms, to_ms, max }: UsesQuery): number {
  const start_ms = Math.max(from_ms, retainedFrom(db));
  let rest = max;
  for (const row of db.prepare(QUARTERS).iterate(quarterOf(start_ms), quarterOf(to_ms - 1), workspace_id)) {
    const [quarter, attempts] = [Number(row.quarter), Number(row.attempts)];
    if (attempts > rest) {
      const span = [Math.max(start_ms, quarter * QUARTER_MS), Math.min(to_ms, (quarter + 1) * QUARTER_MS)];
      const left_out = db.prepare(LEFT_OUT).get(workspace_id, ...span, rest);
      // Attempts of the same millisecond are left out together.
      if (left_out) return Number(left_out.started_at_ms) + 1;
    }
    rest -= attempts;
  }
  return start_ms;
}

/** The attempts after a place. */
export function readUses(
  db: DatabaseSync,
  { workspace_id, from_ms, to_ms }: UsesQuery,
  after: AttemptPlace | null,
): UsesPage {
  const until = performance.now() + PAGE_MS;
  const statement = db.prepare(USES);
  const names = new Map<string, SpendNames>();
  const uses: AttemptUse[] = [];
  let place = after ?? { started_at_ms: from_ms, seq: 0 };
  while (performance.now() < until) {
    const quarter = nextQuarter(db, workspace_id, place.started_at_ms, to_ms);
    if (quarter === null) return { uses, next: null };
    const span = [Math.max(from_ms, quarter * QUARTER_MS), Math.min(to_ms, (quarter + 1) * QUARTER_MS)];
    const limit = USES_PAGE - uses.length;
    const rows = statement.all(workspace_id, ...span, place.started_at_ms, place.seq, limit);
    for (const row of rows) uses.push(useOf(row, names));
    const last = rows.at(-1);
    if (last && rows.length === limit) {
      return { uses, next: { started_at_ms: Number(last.started_at_ms), seq: Number(last.seq) } };
    }
    place = { started_at_ms: (quarter + 1) * QUARTER_MS, seq: 0 };
  }
  return { uses, next: place };
}

function nextQuarter(db: DatabaseSync, workspace_id: string, from_ms: number, to_ms: number): number | null {
  const row = db.prepare(NEXT_QUARTER).get(quarterOf(from_ms), quarterOf(to_ms - 1), workspace_id);
  return row ? Number(row.n) : null;
}

/** @param known the names so far: attempts of a page share them, so that each is sent to the other thread once. */
function useOf(row: Record<string, SQLOutputValue>, known: Map<string, SpendNames>): AttemptUse {
  const { app, run, requested, model, call } = row as Record<string, string | null>;
  const key = JSON.stringify([app, run, requested, model]);
  const names = known.get(key) ?? { app, run, model: requested, answered: model };
  known.set(key, names);
  return {
    names,
    started_at_ms: Number(row.started_at_ms),
    call,
    takes_request: row.takes_request === 1,
    tokens: Number(row.tokens),
    spent: BigInt(String(row.spent)) as UsdNanos,
  };
}
