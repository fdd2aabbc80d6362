/** Opens a ledger file: refuses a damaged one, migrates an older one. The time does not depend on the file's size. */
import { DatabaseSync } from "node:sqlite";
import { quarterOf } from "../rollup.ts";
import { BUSY_TIMEOUT_MS, connect } from "./connect.ts";
import { toLedgerError } from "./errors.ts";
import { newerFault } from "./files/header.ts";
import { checkFile, corrupt, type FileLock, lockFile, prepareFile } from "./files/file.ts";
import { expectedSchema, migrate, retainedFrom, schemaOf, versionOf } from "./schema.ts";

/** A ledger file that is locked for this process. */
export interface OpenedFile {
  /** The path without links, where SQLite keeps the journal too. */
  path: string;
  db: DatabaseSync;
  /** Releases the file; dispose it after the last connection is closed. */
  lock: FileLock;
}

/**
 * Opens, checks and migrates a ledger file.
 *
 * @throws {LedgerError} `unwritable`, `in_use`, `corrupt`; the file is then unchanged.
 */
export function openFile(path: string): OpenedFile {
  prepareFile(path);
  const lock = lockFile(path);
  try {
    if (checkFile(path)) checkContents(path);
    const db = migrated(connect(path));
    return { path: Deno.realPathSync(path), db, lock };
  } catch (error) {
    lock[Symbol.dispose]();
    throw toLedgerError(`open the ledger ${path}`, error);
  }
}

function migrated(db: DatabaseSync): DatabaseSync {
  try {
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Uses a read-only connection: even a checkpoint would change a damaged file. */
function checkContents(path: string): void {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    const fault = contentsFault(db);
    if (fault !== null) throw corrupt(path, fault);
  } finally {
    db.close();
  }
}

function contentsFault(db: DatabaseSync): string | null {
  const version = versionOf(db);
  const found = new Set(schemaOf(db));
  const newer = newerFault(version);
  if (newer !== null) return newer;
  if (version === 0) return found.size === 0 ? null : "its tables have no version";
  if (!expectedSchema(version).every((object) => found.has(object))) {
    return "its tables differ from those that this program creates";
  }
  return endsFault(db);
}

/**
 * Reads both ends of every table through every index. This finds a table that lost its root, and reads a dozen pages. A
 * scan would find more, but takes seconds, and a start should take milliseconds.
 */
function endsFault(db: DatabaseSync): string | null {
  const isComplete = retainedFrom(db) === 0;
  for (const [table, index] of INDEXES) {
    const [first, last, any] = [
      db.prepare(`SELECT * FROM ${table} ORDER BY seq LIMIT 1`).get(),
      db.prepare(`SELECT * FROM ${table} ORDER BY seq DESC LIMIT 1`).get(),
      db.prepare(`SELECT seq FROM ${table} INDEXED BY ${index.name} ORDER BY ${index.by} LIMIT 1`).get(),
    ];
    if ((first === undefined) !== (any === undefined)) return `its ${table} are damaged`;
    if (first === undefined || last === undefined) continue;
    const find = db.prepare(`SELECT 1 FROM ${table} INDEXED BY ${index.name} WHERE ${index.by} = ? AND seq = ?`);
    // Without retention no row is ever deleted.
    if (isComplete && first.seq !== 1) return `its ${table} are damaged`;
    if (!find.get(first[index.by], first.seq) || !find.get(last[index.by], last.seq)) {
      return `its ${table} are damaged`;
    }
  }
  return sumsFault(db);
}

const INDEXES = [
  ["attempts", { name: "sqlite_autoindex_attempts_1", by: "id" }],
  ["attempts", { name: "attempts_started", by: "started_at_ms" }],
  ["resets", { name: "sqlite_autoindex_resets_1", by: "id" }],
  ["notices", { name: "sqlite_autoindex_notices_1", by: "id" }],
  ["notices", { name: "notices_workspace", by: "workspace_id" }],
] as const;

/** The first and the last attempt must be in the sums, and their workspaces known. Without attempts there are no sums. */
function sumsFault(db: DatabaseSync): string | null {
  const ends = db.prepare(
    "SELECT * FROM attempts WHERE seq IN ((SELECT min(seq) FROM attempts), (SELECT max(seq) FROM attempts))",
  ).all();
  const sums = db.prepare(
    "SELECT 1 FROM rollups WHERE quarter = ? AND workspace_id = ? AND model_known = ? AND model = ? AND attempts > 0",
  );
  const workspaces = db.prepare("SELECT 1 FROM workspaces WHERE id = ?");
  const sound = ends.every(({ started_at_ms, workspace_id, model }) =>
    sums.get(quarterOf(Number(started_at_ms)), workspace_id, model === null ? 0 : 1, model ?? "") &&
    workspaces.get(workspace_id)
  );
  const orphans = "SELECT EXISTS (SELECT 1 FROM rollups) OR EXISTS (SELECT 1 FROM workspaces) AS found";
  return sound && (ends.length > 0 || db.prepare(orphans).get()?.found === 0) ? null : "its sums are damaged";
}
