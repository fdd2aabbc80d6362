/** Connections to the ledger file. */
import { DatabaseSync } from "node:sqlite";

/** The size to which the journal is truncated after a long read has let it grow. */
export const JOURNAL_BYTES = 16 * 2 ** 20;

/** How long one statement waits for another connection's lock. Short, because reads wait behind it. */
export const BUSY_TIMEOUT_MS = 250;

/** Opens a durable connection: every commit is on the disk before it returns. */
export function connect(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  for (const setting of ["journal_mode = WAL", "synchronous = FULL", `journal_size_limit = ${JOURNAL_BYTES}`]) {
    execute(db, `PRAGMA ${setting}`);
  }
  return db;
}

/** Runs one statement. The errors of `db.exec` lack SQLite's result code. */
export function execute(db: DatabaseSync, sql: string): void {
  db.prepare(sql).run();
}

/** Reads in one transaction: all statements see the file as it was at the first one. */
export function inSnapshot<T>(db: DatabaseSync, read: () => T): T {
  execute(db, "BEGIN");
  try {
    return read();
  } finally {
    execute(db, "COMMIT");
  }
}
