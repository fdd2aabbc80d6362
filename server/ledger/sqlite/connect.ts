/** How every connection to the ledger file is set up. */
import { DatabaseSync } from "node:sqlite";

/** What the journal is cut back to after a long reader has let it grow. */
export const JOURNAL_BYTES = 16 * 2 ** 20;

/** How long one statement waits for another connection's lock. Short: between two tries, readers have their turn. */
export const BUSY_TIMEOUT_MS = 250;

/** A connection to an opened file, with what durability needs: every commit is on the disk before it returns. */
export function connect(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  for (const setting of ["journal_mode = WAL", "synchronous = FULL", `journal_size_limit = ${JOURNAL_BYTES}`]) {
    execute(db, `PRAGMA ${setting}`);
  }
  return db;
}

/** Runs one statement. Unlike `db.exec`, whose errors come without SQLite's result code. */
export function execute(db: DatabaseSync, sql: string): void {
  db.prepare(sql).run();
}
