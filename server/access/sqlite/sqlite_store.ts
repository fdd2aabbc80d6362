/**
 * Keys in a SQLite file in the ledger's folder. Unlike the ledger, it may be open in several processes: the service reads
 * the changes of the command line.
 */
import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import type { StoredKey } from "../key.ts";
import type { KeyKind } from "../key_text.ts";
import { BUSY_TIMEOUT_MS, openAccessFile } from "./sqlite_file.ts";
import { type Files, filesOf, removeJournal, writeAgain } from "./sqlite_files.ts";
import type { AccessStore, AuditEntry, AuditRow, StoredPairing } from "../store.ts";

type Row = Record<string, SQLOutputValue>;

/** Replaces a key only while it is not revoked, and never its time of creation. */
const PUT_KEY = `INSERT INTO keys VALUES (
    :id, :kind, :workspaces, :app, :models, :note, :created_at_ms, :created_by, :expires_at_ms,
    :revoked_at_ms, :last_used_at_ms, :hash, :previous_hash, :previous_until_ms)
  ON CONFLICT (id) DO UPDATE SET
    kind = excluded.kind, workspaces = excluded.workspaces, app = excluded.app, models = excluded.models,
    note = excluded.note, expires_at_ms = excluded.expires_at_ms, revoked_at_ms = excluded.revoked_at_ms,
    last_used_at_ms = excluded.last_used_at_ms, hash = excluded.hash, previous_hash = excluded.previous_hash,
    previous_until_ms = excluded.previous_until_ms
  WHERE revoked_at_ms IS NULL`;

/** The open file was deleted and written again, or another file is in its place, or its journal was deleted. */
type FileEvent = "keys_file_restored" | "keys_file_replaced" | "keys_journal_restored";

/**
 * @param onFile is called when the file was deleted or exchanged.
 * @throws {AccessError} when the file cannot be used.
 */
export function openAccessStore(path: string, onFile: (event: FileEvent) => void = () => {}): AccessStore {
  return new SqliteAccessStore(path, onFile);
}

class SqliteAccessStore implements AccessStore {
  readonly #path: string;
  readonly #onFile: (event: FileEvent) => void;
  #db: DatabaseSync;
  #files: Files;
  #version: StatementSync;
  #seen: number;
  /** Uses of keys that are not written yet. */
  readonly #uses = new Map<string, number>();

  constructor(path: string, onFile: (event: FileEvent) => void) {
    this.#path = path;
    this.#onFile = onFile;
    this.#db = openAccessFile(path);
    this.#version = this.#db.prepare("PRAGMA data_version");
    this.#seen = this.#dataVersion();
    this.#files = filesOf(path);
  }

  keys(): StoredKey[] {
    this.#writeUses();
    return this.#db.prepare("SELECT * FROM keys ORDER BY created_at_ms, id").all().map(toKey);
  }

  putKey(key: StoredKey, entry: AuditEntry | null): boolean {
    return this.#transaction(() => {
      const isPut = Number(this.#db.prepare(PUT_KEY).run(toRow(key)).changes) > 0;
      if (isPut && entry) this.audit(entry);
      return isPut;
    });
  }

  /** Written by the next {@link changed}, so that no call waits for the disk. */
  touchKey(id: string, at_ms: number): void {
    this.#uses.set(id, at_ms);
  }

  putPairing({ hash, workspace_id, created_by, expires_at_ms }: StoredPairing, entry: AuditEntry): void {
    this.#transaction(() => {
      const insert = this.#db.prepare("INSERT INTO pairings VALUES (?, ?, ?, ?)");
      insert.run(hash, workspace_id, created_by, expires_at_ms);
      this.audit(entry);
    });
  }

  takePairing(hash: Uint8Array, now_ms: number): StoredPairing | null {
    const row = this.#db.prepare("DELETE FROM pairings WHERE hash = ? RETURNING *").get(hash);
    return row && Number(row.expires_at_ms) > now_ms ? row as unknown as StoredPairing : null;
  }

  audit({ at_ms, actor, address, action, target, detail }: AuditEntry): void {
    const insert = this.#db.prepare(
      "INSERT INTO audit (at_ms, actor, address, action, target, detail) VALUES (?, ?, ?, ?, ?, ?)",
    );
    insert.run(at_ms, actor, address, action, target, JSON.stringify(detail));
  }

  auditTrail(limit: number, before: number | null): AuditRow[] {
    const select = this.#db.prepare("SELECT * FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?");
    const rows = select.all(before ?? Number.MAX_SAFE_INTEGER, limit);
    return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail as string) }) as unknown as AuditRow);
  }

  prune(before_ms: number, now_ms: number): void {
    this.#db.prepare("DELETE FROM audit WHERE at_ms < ?").run(before_ms);
    this.#db.prepare("DELETE FROM pairings WHERE expires_at_ms <= ?").run(now_ms);
  }

  changed(): boolean {
    if (this.#follow()) return true;
    this.#writeUses();
    const version = this.#dataVersion();
    if (version === this.#seen) return false;
    this.#seen = version;
    return true;
  }

  close(): void {
    this.#writeUses();
    this.#db.close();
  }

  /**
   * Never waits for another process, and never throws: a use that cannot be written is kept for the next time, and must not
   * keep the service from reading a revocation.
   */
  #writeUses(): void {
    if (this.#uses.size === 0) return;
    this.#db.exec("PRAGMA busy_timeout = 0");
    try {
      this.#transaction(() => {
        const update = this.#db.prepare("UPDATE keys SET last_used_at_ms = ? WHERE id = ?");
        for (const [id, at_ms] of this.#uses) update.run(at_ms, id);
      });
      this.#uses.clear();
    } catch {
      // Whatever is wrong with the file, the next read of the keys reports it.
    } finally {
      this.#db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }

  /**
   * Follows the path: without this, the service would go on with a file that the command line does not see, and would lose
   * it at its stop. A deleted file is written again, because keys that vanish would leave the service open.
   *
   * @returns whether another file is now in use.
   */
  #follow(): boolean {
    const { file, journal } = filesOf(this.#path);
    const isSame = file === this.#files.file;
    if (isSame && journal === this.#files.journal) return false;
    if (isSame) this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    else removeJournal(this.#path, this.#files.journal);
    const db = file === null ? writeAgain(this.#db, this.#path) : openAccessFile(this.#path);
    this.#db.close();
    this.#db = db;
    this.#version = db.prepare("PRAGMA data_version");
    this.#seen = this.#dataVersion();
    this.#files = filesOf(this.#path);
    this.#onFile(file === null ? "keys_file_restored" : isSame ? "keys_journal_restored" : "keys_file_replaced");
    return true;
  }

  /** Changes when another connection commits, not when this one does. */
  #dataVersion(): number {
    return Number(this.#version.get()!.data_version);
  }

  #transaction<T>(work: () => T): T {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }
}

function toRow({ workspaces, models, previous, ...key }: StoredKey) {
  return {
    ...key,
    workspaces: JSON.stringify(workspaces),
    models: models && JSON.stringify(models),
    previous_hash: previous?.hash ?? null,
    previous_until_ms: previous?.until_ms ?? null,
  };
}

function toKey({ workspaces, models, kind, previous_hash, previous_until_ms, ...row }: Row): StoredKey {
  return {
    ...row as unknown as Omit<StoredKey, "kind" | "workspaces" | "models" | "previous">,
    kind: kind as KeyKind,
    workspaces: JSON.parse(workspaces as string),
    models: models === null ? null : JSON.parse(models as string),
    previous: previous_hash === null
      ? null
      : { hash: previous_hash as Uint8Array, until_ms: previous_until_ms as number },
  };
}
