/** `restore FILE`: puts ledger and keys of a backup in place, while no service runs on them. */
import { chmodSync, constants, copyFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { lockFile } from "../../ledger/sqlite/files/file.ts";
import { type BackupCheckup, checkBackup } from "./check.ts";
import { extractKeys, removeKeys } from "./keys_part.ts";
import { moveToNew, unfinishedFile } from "./new_file.ts";
import { type DataPaths, existsAt, targetOf } from "./paths.ts";

/** The check of the backup, and where the files before it are now. */
interface Restored extends BackupCheckup {
  kept: string[];
}

/** The files that SQLite keeps beside one. */
const SUFFIXES = ["", "-wal", "-shm"];

/**
 * Replaces ledger and keys. The files before are kept in the same folder. A backup without keys leaves the keys as they
 * are.
 *
 * @throws {LedgerError} when the backup has faults or is of a newer version, or a service has the ledger open; nothing is
 *   then changed.
 */
export function restore(from: string, paths: DataPaths, now: Date): Restored {
  const ledger = targetOf(paths.ledger);
  const keys = targetOf(paths.keys);
  mkdirSync(dirname(ledger), { recursive: true });
  const checkup = checkBackup(from, keys);
  using _lock = lockFile(ledger);
  using newLedger = unfinishedFile(ledger);
  using newKeys = unfinishedFile(keys);
  // A clone where the file system can make one: the file exists and is empty.
  copyFileSync(from, newLedger.path, constants.COPYFILE_FICLONE);
  const hasKeys = extractKeys(from, newKeys.path);
  removeKeys(newLedger.path);
  const stamp = `.before-${now.toISOString().replace(/[:.]/g, "-")}`;
  const kept = exchange(ledger, newLedger.path, stamp);
  if (!hasKeys) return { ...checkup, kept };
  try {
    return { ...checkup, kept: [...kept, ...exchange(keys, newKeys.path, stamp)] };
  } catch (error) {
    takeBack(ledger, newLedger.path, stamp);
    throw error;
  }
}

/** @returns where the file before is kept; empty when there was none. */
function exchange(path: string, by: string, stamp: string): string[] {
  const existed = existsAt(path);
  if (existed) chmodSync(by, statSync(path).mode & 0o777);
  moveAll(path, path + stamp);
  try {
    moveToNew(by, path);
    return existed ? [path + stamp] : [];
  } catch (error) {
    moveAll(path + stamp, path);
    throw error;
  }
}

function takeBack(path: string, by: string, stamp: string): void {
  renameSync(path, by);
  moveAll(path + stamp, path);
}

function moveAll(from: string, to: string): void {
  for (const suffix of SUFFIXES) if (existsAt(from + suffix)) renameSync(from + suffix, to + suffix);
}
