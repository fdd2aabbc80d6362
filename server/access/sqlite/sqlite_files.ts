/** The files of the keys: notices that they are deleted or exchanged while they are open, and writes them again. */
import type { DatabaseSync } from "node:sqlite";
import { fileExists, fileIdentity } from "../../runtime/file_exists.ts";
import { openAccessFile } from "./sqlite_file.ts";

const TABLES = ["keys", "pairings", "audit"];

/** The identities of the file, and of the journal and its index in one text. */
export interface Files {
  file: string | null;
  journal: string;
}

export function filesOf(path: string): Files {
  const file = fileIdentity(path);
  // SQLite resolves links before it names the journal.
  return { file, journal: journalOf(file === null ? path : Deno.realPathSync(path)) };
}

function journalOf(path: string): string {
  return `${fileIdentity(`${path}-wal`)} ${fileIdentity(`${path}-shm`)}`;
}

/** Deletes the journal that the file before has left, if it is still there: SQLite would add it to the new file. */
export function removeJournal(path: string, journal: string): void {
  const real = fileExists(path) ? Deno.realPathSync(path) : path;
  if (journalOf(real) !== journal) return;
  for (const suffix of ["-wal", "-shm"]) if (fileExists(real + suffix)) Deno.removeSync(real + suffix);
}

/** Copies all rows of a file that was deleted into a new one at its path. */
export function writeAgain(from: DatabaseSync, path: string): DatabaseSync {
  const to = openAccessFile(path);
  try {
    to.exec("BEGIN IMMEDIATE");
    for (const table of TABLES) copyRows(from, to, table);
    to.exec("COMMIT");
    return to;
  } catch (error) {
    to.close();
    Deno.removeSync(path);
    throw error;
  }
}

function copyRows(from: DatabaseSync, to: DatabaseSync, table: string): void {
  for (const row of from.prepare(`SELECT * FROM ${table}`).iterate()) {
    const values = Object.values(row);
    to.prepare(`INSERT INTO ${table} VALUES (${values.map(() => "?").join(", ")})`).run(...values);
  }
}
