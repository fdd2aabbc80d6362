/** What a ledger file is asked: rebuild, usage, notices, attempts. None of them scans the attempts of more than it needs. */
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { Notice } from "../../../shared/api.ts";
import type {
  AttemptRow,
  Ledger,
  ModelUsage,
  RebuildData,
  ResetRow,
  SecondCount,
  UnfinishedAttempt,
} from "../ledger.ts";
import { COUNT_FIELDS, QUARTER_MS, quarterOf } from "../rollup.ts";

/** The methods of {@link Ledger} that only read. */
export type Reads = Pick<Ledger, "rebuild" | "usage" | "notices" | "attempts">;

type Row = Record<string, SQLOutputValue>;

// Sums stop where a double stops being exact, as in the rollups themselves.
const sum = (expression: string) => `CAST(min(${Number.MAX_SAFE_INTEGER}.0, total(${expression})) AS INTEGER)`;

const SUMS = COUNT_FIELDS.map((name) => `${sum(`r.${name}`)} AS ${name}`).join(", ");

const USAGE_COLUMNS = `r.workspace_id, CASE WHEN r.model_known THEN r.model END AS model, ${SUMS}`;

const SECONDS = `
  WITH cuts AS (
    SELECT workspace_id, max(after_attempt) AS seq FROM resets WHERE scope = 'minute' GROUP BY workspace_id
  )
  SELECT a.workspace_id, a.model, a.started_at_ms / 1000 AS second, count(*) AS requests,
    ${sum("CASE WHEN a.usage_source IN ('counted', 'estimated') THEN a.total_tokens ELSE 0 END")} AS tokens
  FROM attempts a LEFT JOIN cuts ON cuts.workspace_id = a.workspace_id
  WHERE a.started_at_ms >= ? AND a.seq > coalesce(cuts.seq, 0)
  GROUP BY 1, 2, 3`;

const UNFINISHED = `SELECT id, call_id, workspace_id, retry FROM attempts
  WHERE started_at_ms >= ? AND (outcome <> 'ok' OR retry > 0) ORDER BY retry, seq`;

const DAY = `SELECT ${USAGE_COLUMNS} FROM rollups r WHERE r.quarter >= ?
  GROUP BY r.workspace_id, r.model_known, r.model`;

const DAY_RESETS = `
  SELECT id, workspace_id, scope, at_ms, baseline_requests, baseline_tokens, max(seq) AS seq
  FROM resets WHERE scope <> 'minute' AND at_ms >= ? GROUP BY workspace_id, scope`;

// Hops from one quarter that has rollups to the next: other workspaces' rollups in between are not read.
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
    SELECT (SELECT max(quarter) FROM rollups WHERE quarter < n) FROM quarters WHERE n IS NOT NULL
  )
  SELECT n FROM quarters WHERE EXISTS (SELECT 1 FROM rollups WHERE quarter = n AND workspace_id = ?2) LIMIT 1`;

const ATTEMPTS = `SELECT * FROM attempts WHERE started_at_ms >= ? AND started_at_ms < ? AND workspace_id = ?
  ORDER BY started_at_ms DESC, seq DESC LIMIT ?`;

/** Answers on any connection to the file, the caller's thread waiting. */
export class LedgerReader {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  rebuild(since_ms: number, day_start_ms: number): RebuildData {
    return {
      seconds: this.#all<SecondCount>(SECONDS, since_ms),
      day: this.#all<ModelUsage>(DAY, quarterOf(day_start_ms)),
      day_resets: this.#all<ResetRow & { seq?: number }>(DAY_RESETS, day_start_ms).map(({ seq: _, ...row }) => row),
      unfinished: this.#all<UnfinishedAttempt>(UNFINISHED, since_ms),
      workspaces: this.#all<{ id: string }>("SELECT id FROM workspaces").map(({ id }) => id),
    };
  }

  usage(workspace_id: string, from_ms: number, to_ms: number): ModelUsage[] {
    return this.#all<ModelUsage>(USAGE, quarterOf(from_ms), quarterOf(to_ms - 1) + 1, workspace_id);
  }

  notices(workspace_id: string, limit: number): Notice[] {
    const sql = "SELECT body FROM notices WHERE workspace_id = ? ORDER BY seq DESC LIMIT ?";
    return this.#all<{ body: string }>(sql, workspace_id, limit).map(({ body }): Notice => JSON.parse(body));
  }

  attempts(workspace_id: string, limit: number): AttemptRow[] {
    const rows: AttemptRow[] = [];
    let quarter = this.#activeBefore(workspace_id, Number.MAX_SAFE_INTEGER);
    while (quarter !== null && rows.length < limit) {
      const [from, to] = [quarter * QUARTER_MS, (quarter + 1) * QUARTER_MS];
      rows.push(...this.#all<Row>(ATTEMPTS, from, to, workspace_id, limit - rows.length).map(toAttempt));
      quarter = this.#activeBefore(workspace_id, quarter);
    }
    return rows;
  }

  #activeBefore(workspace_id: string, quarter: number): number | null {
    return this.#all<{ n: number }>(ACTIVE_BEFORE, quarter, workspace_id)[0]?.n ?? null;
  }

  /** The caller names the columns' type: the queries above give it. */
  #all<T>(sql: string, ...values: (string | number)[]): T[] {
    return this.#db.prepare(sql).all(...values).map((row) => ({ ...row }) as T);
  }
}

function toAttempt({ seq: _, ...row }: Row): AttemptRow {
  const { input_tokens, cached_input_tokens, output_tokens, reasoning_tokens, total_tokens, ...rest } = row;
  const usage = { input_tokens, cached_input_tokens, output_tokens, reasoning_tokens, total_tokens };
  return { ...rest, stream: row.stream === 1, usage } as AttemptRow;
}
