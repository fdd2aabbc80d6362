/** The tables of the SQLite ledger, and the migrations from each version of them to the next. */
import { DatabaseSync } from "node:sqlite";
import type { AttemptField } from "../../../shared/attempt_fields.ts";
import { type AttemptValue, VALUES } from "../attempt_values.ts";
import { execute } from "./connect.ts";
import { SEARCH_TABLES } from "./history/mark_rows.ts";
import { HISTORY_TABLES } from "./history/tables.ts";

/** `PRAGMA application_id`: "QGge". Tells our file from another program's. */
export const APPLICATION_ID = 0x51476765;

const SQL_TYPES: Record<AttemptField["type"], "TEXT" | "INTEGER"> = {
  id: "TEXT",
  workspace: "TEXT",
  label: "TEXT",
  count: "INTEGER",
  integer: "INTEGER",
  flag: "INTEGER",
  instant: "INTEGER",
  outcome: "TEXT",
  tokens: "INTEGER",
  usage_source: "TEXT",
  run: "TEXT",
  parts: "TEXT",
  money: "INTEGER",
};

/** The definitions of the columns that a version adds to the table of attempts. */
function columnsOf(version: number): string[] {
  return VALUES.filter(({ field: { since = 1 } }) => since === version).map(definition);
}

function definition({ name, field: { type, nullable, unique } }: AttemptValue): string {
  return `${name} ${SQL_TYPES[type]}${nullable ? "" : " NOT NULL"}${unique ? " UNIQUE" : ""}`;
}

/**
 * The tables' text of each version; the columns that the list of fields adds in that version follow it.
 *
 * Every index except those of the ids is in order of time, and rollups are ordered by quarter first: an append then
 * touches the same few pages, however large the file and however many workspaces there are.
 */
const TABLES: readonly string[] = [
  `
  CREATE TABLE workspaces (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE attempts (
    seq INTEGER PRIMARY KEY,
    ${columnsOf(1).join(",\n    ")}
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
  // One row: attempts that started before this instant are deleted by retention; their sums stay.
  `
  CREATE TABLE retention (from_ms INTEGER NOT NULL) STRICT;
  INSERT INTO retention VALUES (0);
  `,
  // Sums of older attempts have one name of the model. The primary key of a table cannot be changed.
  `
  CREATE TABLE named_rollups (
    quarter INTEGER NOT NULL,
    workspace_id TEXT NOT NULL,
    model_known INTEGER NOT NULL,
    model TEXT NOT NULL,
    requested_model TEXT NOT NULL,
    calls INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    estimated_calls INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    cached_input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    total_tokens INTEGER NOT NULL,
    charged_tokens INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (quarter, workspace_id, model_known, model, requested_model)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO named_rollups SELECT quarter, workspace_id, model_known, model, model, calls, attempts, failed,
    estimated_calls, input_tokens, cached_input_tokens, output_tokens, reasoning_tokens, total_tokens, 0, attempts FROM rollups;
  DROP TABLE rollups;
  ALTER TABLE named_rollups RENAME TO rollups;
  `,
  HISTORY_TABLES,
  // Most calls have one attempt, whose id is the call's: the index of the ids finds it, and this one the other attempts.
  "CREATE INDEX attempts_call ON attempts (call_id) WHERE call_id <> id;",
  SEARCH_TABLES,
];

/** The version with the table `retention`. */
const RETENTION_VERSION = 2;

const LAST_VERSION = Math.max(TABLES.length, ...VALUES.map(({ field: { since = 1 } }) => since));

/** Entry n brings a file from version n to n + 1. A published entry never changes. */
export const MIGRATIONS: readonly string[] = Array.from({ length: LAST_VERSION }, (_, version) => {
  const added = version === 0 ? [] : columnsOf(version + 1);
  return (TABLES[version] ?? "") + added.map((column) => `ALTER TABLE attempts ADD COLUMN ${column};`).join("\n");
});

/**
 * Brings a file to the last version, in one transaction: a crash leaves the file as it was.
 *
 * @throws the database's own error; everything is then rolled back.
 */
export function migrate(db: DatabaseSync, migrations: readonly string[] = MIGRATIONS): void {
  const version = versionOf(db);
  if (version >= migrations.length) return;
  execute(db, "BEGIN IMMEDIATE");
  try {
    for (const migration of migrations.slice(version)) db.exec(migration);
    db.exec(`PRAGMA user_version = ${migrations.length}`);
    execute(db, "COMMIT");
  } catch (error) {
    if (db.isTransaction) execute(db, "ROLLBACK");
    throw error;
  }
}

/** The instant from which a file has all attempts; 0 if none was deleted. */
export function retainedFrom(db: DatabaseSync): number {
  if (versionOf(db) < RETENTION_VERSION) return 0;
  return Number(db.prepare("SELECT from_ms FROM retention").get()?.from_ms);
}

/** The version of a file's tables; 0 when it has none. */
export function versionOf(db: DatabaseSync): number {
  return Number(db.prepare("PRAGMA user_version").get()?.user_version);
}

/** The content of `sqlite_schema` at a version, as comparable text: that of a new database in memory. */
export function expectedSchema(version: number): string[] {
  const db = new DatabaseSync(":memory:");
  try {
    migrate(db, MIGRATIONS.slice(0, version));
    return schemaOf(db);
  } finally {
    db.close();
  }
}

/** The content of a file's `sqlite_schema`, as comparable text. */
export function schemaOf(db: DatabaseSync): string[] {
  const rows = db.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema").all();
  return rows.map((row) => JSON.stringify({ ...row }));
}
