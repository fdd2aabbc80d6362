/**
 * The store of keys, pairing codes and the audit trail. The service and the command line may have the same store open, so
 * {@link AccessStore.changed} reports the changes of others.
 */
import type { StoredKey } from "./key.ts";

/** A pairing code, which can be exchanged once for a read key of one workspace. */
export interface StoredPairing {
  /** SHA-256 of the code. */
  hash: Uint8Array;
  workspace_id: string;
  created_by: string;
  expires_at_ms: number;
}

/** One change in the audit trail. */
export interface AuditEntry {
  at_ms: number;
  /** A key's id, `command line`, `admin key from the environment`, `pairing`, `first start`. */
  actor: string;
  /** The actor's address; `null` for the command line. */
  address: string | null;
  /** `key_created`, `key_rotated`, `key_revoked`, `pairing_created`, `limits_set`, `quota_reset`, … */
  action: string;
  /** The key or workspace that was changed. */
  target: string;
  /** Further facts. Never a secret. */
  detail: Record<string, unknown>;
}

/** An entry as it is listed. */
export interface AuditRow extends AuditEntry {
  /** Grows with each entry; the cursor of a list. */
  seq: number;
}

/** The author of a change. */
export type Actor = Pick<AuditEntry, "actor" | "address">;

export interface AccessStore {
  /** Every key, revoked ones too. */
  keys(): StoredKey[];
  /**
   * Adds or replaces a key, together with its audit entry.
   *
   * @returns `false`, with nothing written, if the stored key is revoked: another process may have revoked it meanwhile.
   */
  putKey(key: StoredKey, entry: AuditEntry | null): boolean;
  /** Notes when a key was used, and leaves its other fields as another process may have changed them. */
  touchKey(id: string, at_ms: number): void;
  putPairing(pairing: StoredPairing, entry: AuditEntry): void;
  /** Removes a pairing code and returns it, so that it works once. Returns `null` if there is no valid one. */
  takePairing(hash: Uint8Array, now_ms: number): StoredPairing | null;
  audit(entry: AuditEntry): void;
  /** Entries newest first, older than `before`. */
  auditTrail(limit: number, before: number | null): AuditRow[];
  /** Deletes audit entries older than `before_ms`, and pairing codes that have expired by `now_ms`. */
  prune(before_ms: number, now_ms: number): void;
  /** Whether another process has written since the last call. */
  changed(): boolean;
  close(): void;
}

/** The audit entry for a change at the present time. */
export function entry(
  { actor, address }: Actor,
  at_ms: number,
  action: string,
  target: string,
  detail: AuditEntry["detail"] = {},
): AuditEntry {
  return { at_ms, actor, address, action, target, detail };
}
