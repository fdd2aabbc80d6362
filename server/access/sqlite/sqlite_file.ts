/** The SQLite file of the keys: its tables, and how it is opened. */
import { fileReason } from "../../runtime/file_reason.ts";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileExists } from "../../runtime/file_exists.ts";
import { fileFault, ownFileFault, plainFileFault } from "../../runtime/file_fault.ts";
import { AccessError } from "../access_error.ts";

/** `PRAGMA application_id`: "QGac". */
const APPLICATION_ID = 0x51476163;

/** Entry n brings a file from version n to n + 1. A published entry never changes. */
const MIGRATIONS: readonly string[] = [`
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
`];

/** How long a write waits for another process. */
export const BUSY_TIMEOUT_MS = 2000;

/**
 * Opens the file, or makes it, readable by its owner alone.
 *
 * @throws {AccessError} when it cannot be opened, is not a regular file or another program's file, or comes from a newer
 *   version; the file is then unchanged.
 */
export function openAccessFile(path: string): DatabaseSync {
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    refuseOddFiles(path);
    Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 }).close();
    refuseOtherContent(path);
    return connect(path);
  } catch (error) {
    if (error instanceof AccessError) throw error;
    throw unusable(path, fileReason(error), error);
  }
}

function connect(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** SQLite finds the journal and its index by name, whatever they are. */
function refuseOddFiles(path: string): void {
  refuse(path, ownFileFault(path));
  const real = fileExists(path) ? Deno.realPathSync(path) : path;
  for (const suffix of ["-wal", "-shm", "-journal"]) refuse(real + suffix, plainFileFault(real + suffix));
}

/** Uses a read-only connection, so that a file that is refused stays as it is. */
function refuseOtherContent(path: string): void {
  if (Deno.statSync(path).size > 0) openAccessReader(path).close();
}

/**
 * Opens the file to read it alone.
 *
 * @throws {AccessError} when it is not a regular file or another program's file, or comes from a newer version.
 */
export function openAccessReader(path: string): DatabaseSync {
  refuse(path, fileFault(path));
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    refuse(path, contentFault(db));
    return db;
  } catch (error) {
    db.close();
    throw error instanceof AccessError ? error : unusable(path, fileReason(error), error);
  }
}

/** Why a file is not one of keys that this version can read; `null` if it is one, or has no tables yet. */
function contentFault(db: DatabaseSync): string | null {
  if (db.prepare("SELECT 1 FROM sqlite_schema").get() === undefined) return null;
  if (numberOf(db, "application_id") !== APPLICATION_ID) return "it is another program's file";
  const version = numberOf(db, "user_version");
  return version <= MIGRATIONS.length
    ? null
    : `it has version ${version}, and this Quota Gauge reads up to ${MIGRATIONS.length}. Install a newer one`;
}

/** Brings a file to the last version, or leaves it as it was. */
function migrate(db: DatabaseSync): void {
  if (numberOf(db, "user_version") === MIGRATIONS.length) return;
  db.exec("BEGIN IMMEDIATE");
  try {
    // Read again under the lock: another process may have brought it to the last version meanwhile.
    for (const migration of MIGRATIONS.slice(numberOf(db, "user_version"))) db.exec(migration);
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

function numberOf(db: DatabaseSync, pragma: "application_id" | "user_version"): number {
  return Number(db.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
}

/** @throws {AccessError} if there is a fault. */
function refuse(path: string, fault: string | null): void {
  if (fault !== null) throw unusable(path, fault);
}

function unusable(path: string, why: string, cause?: unknown): AccessError {
  return new AccessError("store_unavailable", `Cannot open the keys in ${path}: ${why}`, { cause });
}
