/**
 * A store that is opened when its file exists or when there is something to write. Without keys no file is made, and the
 * service starts sooner (bench line P8).
 */
import type { StoredKey } from "./key.ts";
import type { AccessStore, AuditEntry, AuditRow, StoredPairing } from "./store.ts";

/** How the store is found and opened. */
interface StoreSource {
  exists: () => boolean;
  /** @throws {AccessError} when it cannot be used. */
  open: () => AccessStore;
}

export class OnDemandStore implements AccessStore {
  readonly #source: StoreSource;
  #store: AccessStore | null = null;

  constructor(source: StoreSource) {
    this.#source = source;
  }

  keys(): StoredKey[] {
    return this.#existing()?.keys() ?? [];
  }

  putKey(key: StoredKey, entry: AuditEntry | null): boolean {
    return this.#opened().putKey(key, entry);
  }

  touchKey(id: string, at_ms: number): void {
    this.#existing()?.touchKey(id, at_ms);
  }

  putPairing(pairing: StoredPairing, entry: AuditEntry): void {
    this.#opened().putPairing(pairing, entry);
  }

  takePairing(hash: Uint8Array, now_ms: number): StoredPairing | null {
    return this.#existing()?.takePairing(hash, now_ms) ?? null;
  }

  audit(entry: AuditEntry): void {
    this.#opened().audit(entry);
  }

  auditTrail(limit: number, before: number | null): AuditRow[] {
    return this.#existing()?.auditTrail(limit, before) ?? [];
  }

  prune(before_ms: number, now_ms: number): void {
    this.#existing()?.prune(before_ms, now_ms);
  }

  /** A file that another process has made is a change. */
  changed(): boolean {
    return this.#store ? this.#store.changed() : this.#existing() !== null;
  }

  close(): void {
    this.#store?.close();
  }

  #existing(): AccessStore | null {
    return this.#store ?? (this.#source.exists() ? this.#opened() : null);
  }

  #opened(): AccessStore {
    return this.#store ??= this.#source.open();
  }
}
