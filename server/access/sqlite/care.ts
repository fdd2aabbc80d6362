/** Care for a file of keys from outside the service: check and copy. */
import { fileReason } from "../../runtime/file_reason.ts";
import { backup, type DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { KEY_KINDS } from "../key_text.ts";
import { openAccessReader } from "./sqlite_file.ts";

/** The result of a check. */
interface KeysCheckup {
  keys: number;
  /** One sentence a fault; none for a sound file. */
  faults: string[];
}

type Row = Record<string, SQLOutputValue>;

/** The first faults say enough. */
const MAX_FAULTS = 20;

/** More pages than a file can have. */
const ALL_PAGES = 2 ** 31 - 1;

/** Bytes of a SHA-256. */
const HASH_BYTES = 32;

/**
 * Reads a whole file of keys: SQLite's own integrity check, and whether every key and audit entry can be used. The service
 * may have the file open.
 *
 * @throws {AccessError} when the file is not one of keys, or a newer version wrote it.
 */
export function checkKeys(path: string): KeysCheckup {
  const db = openAccessReader(path);
  try {
    return check(db);
  } catch (error) {
    return {
      keys: 0,
      faults: [`the keys in ${path} cannot be read: ${fileReason(error)}`],
    };
  } finally {
    db.close();
  }
}

/** Copies a file of keys into an empty file, also while the service writes. @throws {Error} as {@link checkKeys}. */
export async function copyKeys(path: string, to: string): Promise<void> {
  const db = openAccessReader(path);
  try {
    await backup(db, to, { rate: ALL_PAGES });
  } finally {
    db.close();
  }
}

function check(db: DatabaseSync): KeysCheckup {
  const integrity = db.prepare(`PRAGMA integrity_check(${MAX_FAULTS})`).all().map((row) => String(row.integrity_check));
  const damage = integrity.filter((text) => text !== "ok").map((text) => `the keys are damaged: ${text}`);
  if (damage.length > 0) return { keys: 0, faults: damage };
  const keys = db.prepare("SELECT * FROM keys").all();
  const audit = db.prepare("SELECT seq, detail FROM audit").all();
  const faults = [
    ...keys.filter((key) => !isUsable(key)).map(({ id }) => `key ${id} cannot be used: its record is damaged`),
    ...audit.filter(({ detail }) => !isJson(detail)).map(({ seq }) => `audit entry ${seq} cannot be read`),
  ];
  return { keys: keys.length, faults: faults.slice(0, MAX_FAULTS) };
}

function isUsable({ kind, workspaces, models, hash, previous_hash }: Row): boolean {
  return KEY_KINDS.some((known) => known === kind) && isJson(workspaces) && (models === null || isJson(models)) &&
    [hash, previous_hash ?? hash].every((each) => each instanceof Uint8Array && each.length === HASH_BYTES);
}

function isJson(text: SQLOutputValue): boolean {
  try {
    return JSON.parse(String(text)) !== undefined;
  } catch {
    return false;
  }
}
