/** Saves the content of an open ledger whose file was deleted or exchanged, and judges one that has shrunk. */
import { dirname } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { fileExists } from "../../../runtime/file_exists.ts";
import { LedgerError } from "../../ledger.ts";
import { BUSY_TIMEOUT_MS } from "../connect.ts";
import { toLedgerError } from "../errors.ts";
import type { FileWatch } from "./file_watch.ts";

const TRUNCATED =
  "Cannot write the ledger: another program has truncated its file. Stop the service, and put a backup in " +
  "its place.";

/** More pages than a file can have: the copy is made in one step. */
const ALL_PAGES = 2 ** 31 - 1;

/**
 * Copies an open database into a new file in the folder of `path`.
 *
 * @returns the path of the copy.
 */
async function rescue(db: DatabaseSync, path: string, now: Date): Promise<string> {
  Deno.mkdirSync(dirname(path), { recursive: true });
  const copy = `${path}.rescued-${now.toISOString().replace(/[:.]/g, "-")}`;
  Deno.openSync(copy, { write: true, createNew: true }).close();
  try {
    await backup(db, copy, { rate: ALL_PAGES });
    return copy;
  } catch (error) {
    Deno.removeSync(copy);
    throw error;
  }
}

/**
 * Writes a deleted ledger again from an open database.
 *
 * @param files watches the file that was deleted. Without it, every journal at the path is taken for that file's.
 * @returns `null`; or, where another file is at its path by now, the path of the copy.
 * @throws {LedgerError} when it cannot be written.
 */
export async function writeAgain(db: DatabaseSync, path: string, files?: FileWatch): Promise<string | null> {
  try {
    const copy = await rescue(db, path, new Date());
    if (fileExists(path)) return copy;
    if (files) files.removeJournal();
    else removeJournalAt(path);
    return moveIfFree(copy, path) ? null : copy;
  } catch (error) {
    throw toLedgerError(`write the ledger ${path} again, whose file is gone`, error);
  }
}

/**
 * Takes the size of a file as right that another program has compacted. It reads the file with a connection that has no
 * page in memory. Only SQLite may open the file here: closing it in any other way ends the locks that SQLite holds on it for
 * this process.
 *
 * @throws {LedgerError} `corrupt` for a file that was truncated.
 */
export function acceptShrunk(path: string, files: FileWatch): void {
  using db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  if (!isSound(db)) throw new LedgerError("corrupt", TRUNCATED);
  files.acceptSize();
}

/** A file that lacks a page of its schema cannot even be checked. */
function isSound(db: DatabaseSync): boolean {
  try {
    return db.prepare("PRAGMA quick_check(1)").get()?.quick_check === "ok";
  } catch (error) {
    if (toLedgerError("check", error).code === "corrupt") return false;
    throw error;
  }
}

function removeJournalAt(path: string): void {
  for (const suffix of ["-wal", "-shm"]) if (fileExists(path + suffix)) Deno.removeSync(path + suffix);
}

/**
 * Moves a file to a path where nothing is.
 *
 * @returns `false`, with nothing moved, when something is there.
 */
function moveIfFree(from: string, to: string): boolean {
  try {
    // Unlike a rename, a link replaces nothing.
    Deno.linkSync(from, to);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
  Deno.removeSync(from);
  return true;
}
