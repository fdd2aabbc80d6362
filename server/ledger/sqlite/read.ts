/** The queries on a ledger file. None of them scans more of the attempts than it returns or sums up. */
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { Notice } from "../../../shared/api.ts";
import { MAX_USD_NANOS, minUsd, type UsdNanos } from "../../../shared/money/money.ts";
import { type AttemptValues, COLUMNS, unpackAttempt } from "../attempt_values.ts";
import type { AttemptRow, DayCount, ModelUsage, RebuildData, SecondCount, Spend, SpendCount } from "../ledger.ts";
import type { UnfinishedAttempt } from "../ledger.ts";
import { COUNT_FIELDS, QUARTER_MS, quarterOf } from "../rollup.ts";
import { MONEY, REQUESTED, TAKES_REQUEST, TOKENS } from "./attempt_sql.ts";
import { execute } from "./connect.ts";
import { correctionsAfter, lastCorrection } from "./reprice/corrections.ts";
import { retainedFrom } from "./schema.ts";

// Sums stop where a double stops being exact, as the rollups do.
const sum = (expression: string) => `CAST(min(${Number.MAX_SAFE_INTEGER}.0, total(${expression})) AS INTEGER)`;

const SUMS = COUNT_FIELDS.map((name) => `${sum(`r.${name}`)} AS ${name}`).join(", ");

const USAGE_COLUMNS = `r.workspace_id, CASE WHEN r.model_known THEN r.model END AS model, ${SUMS}`;

const LIMIT_TOKENS = sum(TOKENS);

const REQUESTS = `sum(${TAKES_REQUEST})`;

const SECONDS = `
  WITH cuts AS (
    SELECT workspace_id, max(after_attempt) AS seq FROM resets WHERE scope = 'minute' GROUP BY workspace_id
  )
  SELECT a.workspace_id, ${REQUESTED} AS requested_model, a.model, a.started_at_ms / 1000 AS second,
    ${REQUESTS} AS requests, ${LIMIT_TOKENS} AS tokens
  FROM attempts a LEFT JOIN cuts ON cuts.workspace_id = a.workspace_id
  WHERE a.started_at_ms >= ? AND a.seq > coalesce(cuts.seq, 0)
  GROUP BY 1, 2, 3, 4 ORDER BY 4`;

const UNFINISHED = `SELECT id, call_id, workspace_id, retry FROM attempts
  WHERE started_at_ms >= ? AND (outcome <> 'ok' OR retry > 0) ORDER BY retry, seq`;

const DAY = `SELECT ${USAGE_COLUMNS}, CASE WHEN r.model_known THEN r.requested_model END AS requested_model
  FROM rollups r WHERE r.quarter >= ? GROUP BY r.workspace_id, r.model_known, r.model, r.requested_model
  ORDER BY max(r.quarter)`;

// Scans the attempts once, from the earliest reset on, however many workspaces were reset.
const SINCE_DAY_RESETS = `
  WITH cuts AS MATERIALIZED (
    SELECT workspace_id, max(after_attempt) AS seq FROM resets WHERE scope = 'day' AND at_ms >= ?1 GROUP BY workspace_id
  ), sums AS (
    SELECT a.workspace_id, ${REQUESTED} AS requested_model, a.model, ${REQUESTS} AS requests, ${LIMIT_TOKENS} AS tokens
    FROM attempts a CROSS JOIN cuts ON cuts.workspace_id = a.workspace_id
    WHERE a.seq > (SELECT min(seq) FROM cuts) AND a.seq > cuts.seq AND a.started_at_ms >= ?1
    GROUP BY 1, 2, 3
  )
  SELECT workspace_id, requested_model, model, coalesce(requests, 0) AS requests, coalesce(tokens, 0) AS tokens
  FROM cuts LEFT JOIN sums USING (workspace_id)`;

// Steps from one quarter that has rollups to the next, and reads only this workspace's rollups in it.
const USAGE = `
  WITH RECURSIVE quarters (n) AS (
    SELECT min(quarter) FROM rollups WHERE quarter >= ?1
    UNION ALL
    SELECT (SELECT min(quarter) FROM rollups WHERE quarter > n) FROM quarters WHERE n < ?2
  )
  SELECT ${USAGE_COLUMNS} FROM quarters CROSS JOIN rollups r ON r.quarter = n AND r.workspace_id = ?3
  WHERE n < ?2 GROUP BY r.model_known, r.model`;

const ACTIVE_BEFORE = `
  WITH RECURSIVE quarters (n) AS (
    SELECT max(quarter) FROM rollups WHERE quarter < ?1
    UNION ALL
    SELECT (SELECT max(quarter) FROM rollups WHERE quarter < n) FROM quarters WHERE n >= ?3
  )
  SELECT n FROM quarters WHERE n >= ?3 AND EXISTS (SELECT 1 FROM rollups WHERE quarter = n AND workspace_id = ?2) LIMIT 1`;

const ATTEMPTS = `SELECT ${COLUMNS.join(", ")} FROM attempts
  WHERE started_at_ms >= ?1 AND started_at_ms < ?2 AND workspace_id = ?3 AND (started_at_ms, seq) < (?4, ?5)
  ORDER BY started_at_ms DESC, seq DESC LIMIT ?6`;

const PLACE = "SELECT started_at_ms, seq FROM attempts WHERE id = ?";

// Money in two halves: a sum of whole amounts could pass SQLite's integers, which is an error.
const SPEND = `
  SELECT a.workspace_id, a.app, a.run, ${REQUESTED} AS requested_model, a.model,
    CAST(sum(${MONEY} >> 32) AS TEXT) AS high, CAST(sum(${MONEY} & 4294967295) AS TEXT) AS low,
    sum(a.cost_usd_nanos IS NULL) AS unpriced
  FROM attempts a WHERE a.started_at_ms >= ? AND a.started_at_ms < ? AND a.seq <= ? GROUP BY 1, 2, 3, 4, 5`;

interface SpendRow extends Omit<SpendCount, "spent"> {
  high: string;
  low: string;
}

/** An attempt's place in the order of a page. */
interface Place {
  started_at_ms: number;
  seq: number;
}

const END: Place = { started_at_ms: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER };

/** Runs queries on any connection to the file. They block the calling thread. */
export class LedgerReader {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  rebuild(since_ms: number, day_start_ms: number): RebuildData {
    return {
      seconds: this.#all<SecondCount>(SECONDS, since_ms),
      day: this.#all<RebuildData["day"][number]>(DAY, quarterOf(day_start_ms)),
      since_day_resets: this.#all<DayCount>(SINCE_DAY_RESETS, day_start_ms),
      unfinished: this.#all<UnfinishedAttempt>(UNFINISHED, since_ms),
      workspaces: this.#all<{ id: string }>("SELECT id FROM workspaces").map(({ id }) => id),
      last_place: this.#all<{ seq: number }>("SELECT coalesce(max(seq), 0) AS seq FROM attempts")[0].seq,
    };
  }

  /** In one transaction, so that the sums have exactly the corrections up to the place. */
  spend(from_ms: number, to_ms: number, last_place: number): Spend {
    execute(this.#db, "BEGIN");
    try {
      const counts = this.#all<SpendRow>(SPEND, from_ms, to_ms, last_place).map(({ high, low, ...row }) => {
        return { ...row, spent: minUsd((BigInt(high) << 32n) + BigInt(low) as UsdNanos, MAX_USD_NANOS) };
      });
      return { counts, corrections_place: lastCorrection(this.#db) };
    } finally {
      execute(this.#db, "COMMIT");
    }
  }

  corrections(after: number, from_ms: number): ReturnType<typeof correctionsAfter> {
    return correctionsAfter(this.#db, after, from_ms);
  }

  usage(workspace_id: string, from_ms: number, to_ms: number): ModelUsage[] {
    return this.#all<ModelUsage>(USAGE, quarterOf(from_ms), quarterOf(to_ms - 1) + 1, workspace_id);
  }

  notices(workspace_id: string, limit: number): Notice[] {
    const sql = "SELECT body FROM notices WHERE workspace_id = ? ORDER BY seq DESC LIMIT ?";
    return this.#all<{ body: string }>(sql, workspace_id, limit).map(({ body }): Notice => JSON.parse(body));
  }

  attempts(workspace_id: string, limit: number, before?: string): AttemptRow[] {
    const place = before === undefined ? END : this.#all<Place>(PLACE, before)[0];
    const rows: AttemptRow[] = [];
    // Retention has deleted the attempts of older sums.
    const oldest = quarterOf(retainedFrom(this.#db));
    let quarter = place ? this.#activeBefore(workspace_id, quarterOf(place.started_at_ms) + 1, oldest) : null;
    while (quarter !== null && rows.length < limit) {
      const span = [quarter * QUARTER_MS, (quarter + 1) * QUARTER_MS];
      const values = [...span, workspace_id, place.started_at_ms, place.seq, limit - rows.length];
      rows.push(...this.#all<Record<string, SQLOutputValue>>(ATTEMPTS, ...values).map(toAttempt));
      quarter = this.#activeBefore(workspace_id, quarter, oldest);
    }
    return rows;
  }

  #activeBefore(workspace_id: string, quarter: number, oldest: number): number | null {
    return this.#all<{ n: number }>(ACTIVE_BEFORE, quarter, workspace_id, oldest)[0]?.n ?? null;
  }

  /** `T` is the type of a row of the query. */
  #all<T>(sql: string, ...values: (string | number)[]): T[] {
    return this.#db.prepare(sql).all(...values).map((row) => ({ ...row }) as T);
  }
}

function toAttempt(row: Record<string, SQLOutputValue>): AttemptRow {
  return unpackAttempt(Object.values(row) as AttemptValues);
}
