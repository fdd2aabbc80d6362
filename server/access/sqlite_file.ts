/** The SQLite file of the keys: its tables, and how it is opened. */
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AccessError } from "./access_error.ts";

/** `PRAGMA application_id`: "QGac". */
const APPLICATION_ID = 0x51476163;
const VERSION = 1;

const SCHEMA = `
  CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    workspaces TEXT NOT NULL,
    app TEXT,
    models TEXT,
    note TEXT,
    created_at_ms INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at_ms INTEGER,
    revoked_at_ms INTEGER,
    last_used_at_ms INTEGER,
    hash BLOB NOT NULL,
    previous_hash BLOB,
    previous_until_ms INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE pairings (
    hash BLOB PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    created_by TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    address TEXT,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${VERSION};
`;

/** How long a write waits for another process. */
const BUSY_TIMEOUT_MS = 2000;

/**
 * Opens the file, or makes it, readable by its owner alone.
 *
 * @throws {AccessError} when it cannot be opened, is another program's file, or comes from a newer version.
 */
export function openAccessFile(path: string): DatabaseSync {
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 }).close();
    const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    migrate(db, path);
    return db;
  } catch (error) {
    if (error instanceof AccessError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new AccessError("store_unavailable", `Cannot open the keys in ${path}: ${why}`, { cause: error });
  }
}

function migrate(db: DatabaseSync, path: string): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    const { application_id } = db.prepare("PRAGMA application_id").get() as { application_id: number };
    const { user_version } = db.prepare("PRAGMA user_version").get() as { user_version: number };
    const isEmpty = db.prepare("SELECT 1 FROM sqlite_schema").get() === undefined;
    if (isEmpty) db.exec(SCHEMA);
    else if (application_id !== APPLICATION_ID) throw foreignFile(path);
    else if (user_version > VERSION) throw newerFile(path, user_version);
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}

function foreignFile(path: string): AccessError {
  return new AccessError("store_unavailable", `Cannot open the keys in ${path}: it is another program's file`);
}

function newerFile(path: string, version: number): AccessError {
  const detail = `it has version ${version}, and this Quota Gauge reads up to ${VERSION}. Install a newer one`;
  return new AccessError("store_unavailable", `Cannot open the keys in ${path}: ${detail}`);
}
