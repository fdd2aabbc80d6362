/** The tables of the SQLite ledger and how a file gets from one version of them to the next. */
import { DatabaseSync } from "node:sqlite";
import { execute } from "./connect.ts";

/** `PRAGMA application_id`: "QGge". Tells our file from another program's. */
export const APPLICATION_ID = 0x51476765;

/**
 * Entry n brings a file from version n to n + 1. Published entries never change. Every index but the ids' own is in
 * order of time, and rollups come by quarter first, so that an append touches the same few pages however large the
 * file and however many the workspaces.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE workspaces (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE attempts (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    call_id TEXT NOT NULL,
    retry INTEGER NOT NULL,
    workspace_id TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    model TEXT,
    app TEXT,
    stream INTEGER NOT NULL,
    started_at_ms INTEGER NOT NULL,
    latency_ms INTEGER NOT NULL,
    first_byte_ms INTEGER,
    outcome TEXT NOT NULL,
    http_status INTEGER,
    error_code TEXT,
    service_tier TEXT,
    input_tokens INTEGER NOT NULL,
    cached_input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    total_tokens INTEGER NOT NULL,
    usage_source TEXT NOT NULL
  ) STRICT;
  CREATE INDEX attempts_started ON attempts (started_at_ms);
  CREATE TABLE rollups (
    quarter INTEGER NOT NULL,
    workspace_id TEXT NOT NULL,
    model_known INTEGER NOT NULL,
    model TEXT NOT NULL,
    calls INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    estimated_calls INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    cached_input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    total_tokens INTEGER NOT NULL,
    PRIMARY KEY (quarter, workspace_id, model_known, model)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE resets (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    baseline_requests INTEGER NOT NULL,
    baseline_tokens INTEGER NOT NULL,
    after_attempt INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE notices (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX notices_workspace ON notices (workspace_id, seq);
  PRAGMA application_id = ${APPLICATION_ID};
  `,
];

/**
 * Brings a file to the last version, each step in a transaction of its own: a crash leaves the step before it.
 *
 * @throws the database's own error; the step is then rolled back.
 */
export function migrate(db: DatabaseSync, migrations: readonly string[] = MIGRATIONS): void {
  for (let version = versionOf(db); version < migrations.length; version++) {
    execute(db, "BEGIN IMMEDIATE");
    try {
      db.exec(migrations[version]);
      db.exec(`PRAGMA user_version = ${version + 1}`);
      execute(db, "COMMIT");
    } catch (error) {
      if (db.isTransaction) execute(db, "ROLLBACK");
      throw error;
    }
  }
}

/** The version of a file's tables; 0 when it has none. */
export function versionOf(db: DatabaseSync): number {
  return Number(db.prepare("PRAGMA user_version").get()?.user_version);
}

/** What `sqlite_schema` must hold at a version, as comparable text. A database in memory knows best. */
export function expectedSchema(version: number): string[] {
  const db = new DatabaseSync(":memory:");
  try {
    migrate(db, MIGRATIONS.slice(0, version));
    return schemaOf(db);
  } finally {
    db.close();
  }
}

/** What a file's `sqlite_schema` holds, as comparable text. */
export function schemaOf(db: DatabaseSync): string[] {
  const rows = db.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema").all();
  return rows.map((row) => JSON.stringify({ ...row }));
}
