/** How every connection to the ledger file is set up. */
import { DatabaseSync } from "node:sqlite";

/** How long one statement waits for another connection's lock. Short: between two tries, readers have their turn. */
export const BUSY_TIMEOUT_MS = 250;

/** A connection to an opened file, with what durability needs: every commit is on the disk before it returns. */
export function connect(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216;");
  return db;
}
