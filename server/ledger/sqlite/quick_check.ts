/** A check of the ledger's file that does not read its sums, so that it is quick on a large one. */
import { DatabaseSync } from "node:sqlite";
import { BUSY_TIMEOUT_MS } from "./connect.ts";
import { toLedgerError } from "./errors.ts";
import { checkFile } from "./files/file.ts";

/**
 * SQLite's quick check: every page except the contents of the indexes. The service may have the file open.
 *
 * @returns the first fault; `null` for a sound file, `undefined` when there is no ledger at `path`.
 * @throws {LedgerError} when the file cannot be read.
 */
export function quickFault(path: string): string | null | undefined {
  if (!checkFile(path)) return undefined;
  try {
    using db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    const { quick_check } = db.prepare("PRAGMA quick_check(1)").get()!;
    return quick_check === "ok" ? null : String(quick_check);
  } catch (error) {
    throw toLedgerError(`read the ledger ${path}`, error);
  }
}
