/** The file of keys as part of a backup, which is one file: docs/decisions/0029-a-backup-is-one-file.md. */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** SQLite bounds a value to 1 GB, and this program holds one in memory. */
const PART_BYTES = 2 ** 20;

const TABLE = "backup_keys";

/** Adds the file of keys to a copy of the ledger. */
export function addKeys(backup: string, keys: string): void {
  using db = new DatabaseSync(backup);
  db.exec(`CREATE TABLE ${TABLE} (part INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT`);
  const insert = db.prepare(`INSERT INTO ${TABLE} (bytes) VALUES (?)`);
  const file = openSync(keys, "r");
  db.exec("BEGIN");
  try {
    const buffer = new Uint8Array(PART_BYTES);
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      insert.run(buffer.subarray(0, read));
    }
    db.exec("COMMIT");
  } finally {
    closeSync(file);
  }
}

/**
 * Writes the file of keys of a backup into an empty file.
 *
 * @returns `false` for a backup without keys.
 */
export function extractKeys(backup: string, to: string): boolean {
  using db = new DatabaseSync(backup, { readOnly: true });
  if (!hasKeys(db)) return false;
  const file = openSync(to, "w");
  try {
    for (const { bytes } of db.prepare(`SELECT bytes FROM ${TABLE} ORDER BY part`).iterate()) {
      writeAll(file, bytes as Uint8Array);
    }
  } finally {
    closeSync(file);
  }
  return true;
}

/** Removes the keys from a copy of a backup, so that nothing of them stays in the ledger's file. */
export function removeKeys(copy: string): void {
  using db = new DatabaseSync(copy);
  if (hasKeys(db)) db.exec(`PRAGMA secure_delete = ON; DROP TABLE ${TABLE}`);
}

function hasKeys(db: DatabaseSync): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(TABLE) !== undefined;
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes.subarray(done));
}
