/** `backup FILE`: copies ledger and keys into one file, while the service runs or not. */
import { DatabaseSync } from "node:sqlite";
import { copyKeys } from "../../access/sqlite/care.ts";
import { LedgerError } from "../../ledger/ledger.ts";
import { copyLedger } from "../../ledger/sqlite/care.ts";
import { toLedgerError } from "../../ledger/sqlite/errors.ts";
import { type BackupCheckup, checkBackup } from "./check.ts";
import { addKeys } from "./keys_part.ts";
import { existsError, moveToNew, unfinishedFile } from "./new_file.ts";
import { type DataPaths, existsAt } from "./paths.ts";

/**
 * Makes a backup and reads all of it.
 *
 * @throws {LedgerError} when the ledger cannot be read, `to` exists, or the copy has faults; no file is then left.
 * @throws {AccessError} when the keys cannot be read.
 */
export async function backUp({ ledger, keys }: DataPaths, to: string): Promise<BackupCheckup> {
  if (existsAt(to)) throw existsError(to);
  using copy = unfinished(to);
  await copyLedger(ledger, copy.path);
  asOneFile(copy.path);
  if (existsAt(keys)) await addCopyOf(keys, copy.path);
  const checkup = checkBackup(copy.path);
  moveToNew(copy.path, to);
  return checkup;
}

async function addCopyOf(keys: string, backup: string): Promise<void> {
  using copy = unfinished(backup);
  await copyKeys(keys, copy.path);
  asOneFile(copy.path);
  addKeys(backup, copy.path);
}

/** In WAL mode there would be a second file, which could be forgotten when the backup is moved. */
function asOneFile(path: string): void {
  using db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = DELETE");
}

function unfinished(path: string): ReturnType<typeof unfinishedFile> {
  try {
    return unfinishedFile(path);
  } catch (error) {
    throw error instanceof LedgerError ? error : toLedgerError(`write the backup ${path}`, error);
  }
}
