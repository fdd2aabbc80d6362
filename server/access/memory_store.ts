/** A store of keys that ends with the process, for the ledger `memory:`. */
import type { StoredKey } from "./key.ts";
import type { AccessStore, AuditEntry, AuditRow, StoredPairing } from "./store.ts";

export class MemoryAccessStore implements AccessStore {
  readonly #keys = new Map<string, StoredKey>();
  readonly #pairings = new Map<string, StoredPairing>();
  #trail: AuditRow[] = [];
  #seq = 0;

  keys(): StoredKey[] {
    return [...this.#keys.values()];
  }

  putKey(key: StoredKey, entry: AuditEntry | null): boolean {
    const isRevoked = (this.#keys.get(key.id)?.revoked_at_ms ?? null) !== null;
    if (isRevoked) return false;
    this.#keys.set(key.id, key);
    if (entry) this.audit(entry);
    return true;
  }

  touchKey(id: string, at_ms: number): void {
    const key = this.#keys.get(id);
    if (key) this.#keys.set(id, { ...key, last_used_at_ms: at_ms });
  }

  putPairing(pairing: StoredPairing, entry: AuditEntry): void {
    this.#pairings.set(pairing.hash.toHex(), pairing);
    this.audit(entry);
  }

  takePairing(hash: Uint8Array, now_ms: number): StoredPairing | null {
    const pairing = this.#pairings.get(hash.toHex());
    this.#pairings.delete(hash.toHex());
    return pairing && pairing.expires_at_ms > now_ms ? pairing : null;
  }

  audit(entry: AuditEntry): void {
    this.#trail.push({ ...entry, seq: ++this.#seq });
  }

  auditTrail(limit: number, before: number | null): AuditRow[] {
    return this.#trail.filter(({ seq }) => before === null || seq < before).reverse().slice(0, limit);
  }

  prune(before_ms: number, now_ms: number): void {
    this.#trail = this.#trail.filter(({ at_ms }) => at_ms >= before_ms);
    for (const [hash, { expires_at_ms }] of this.#pairings) if (expires_at_ms <= now_ms) this.#pairings.delete(hash);
  }

  changed(): boolean {
    return false;
  }

  close(): void {}
}
