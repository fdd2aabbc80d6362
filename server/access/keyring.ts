/** Creates, rotates, revokes and checks the keys of the service. */
import { AccessError } from "./access_error.ts";
import { type AccessStore, type Actor, type AuditEntry, entry } from "./store.ts";
import { hashOf, isSameHash, type KeyFault, type KeyRequest, LAST_USED_STEP_MS, type StoredKey } from "./key.ts";
import { type KeyKind, type KeyText, newKey, parseKey } from "./key_text.ts";
import { reportOnce } from "./report_once.ts";

/** The longest time for which two secrets of a key are valid together. */
const MAX_OVERLAP_MS = 30 * 86_400_000;

export class Keyring {
  readonly #store: AccessStore;
  readonly #now: () => number;
  readonly #listeners = new Set<(id: string) => void>();
  readonly #attempt: ReturnType<typeof reportOnce>;
  #keys = new Map<string, StoredKey>();

  /** `onProblem` is called once for a store that fails, until it works again. The keys already read stay valid. */
  constructor(store: AccessStore, now: () => number, onProblem: (why: string) => void = () => {}) {
    this.#store = store;
    this.#now = now;
    this.#attempt = reportOnce(onProblem);
    this.#load();
  }

  /** Whether any key can be used: as soon as one exists, every route needs a key. */
  get inUse(): boolean {
    return this.#hasLive(() => true);
  }

  /** Whether an admin key can be used. */
  get hasAdmin(): boolean {
    return this.#hasLive(({ kind }) => kind === "admin");
  }

  /** Oldest first, revoked and expired ones too. */
  list(): StoredKey[] {
    return [...this.#keys.values()];
  }

  /**
   * Makes a key.
   *
   * @returns the key's text, which is stored nowhere, and its record.
   */
  create(request: KeyRequest, by: Actor): { text: string; key: StoredKey } {
    const { kind, id, text } = this.#unused(request.kind);
    const { workspaces, app = null, models = null, expires_at_ms = null, note = null } = request;
    const key: StoredKey = {
      id,
      kind,
      workspaces: kind === "admin" ? [] : [...new Set(workspaces)],
      app,
      models,
      note,
      created_at_ms: this.#now(),
      created_by: by.actor,
      expires_at_ms,
      revoked_at_ms: null,
      last_used_at_ms: null,
      hash: hashOf(text),
      previous: null,
    };
    this.#put(key, this.#entry(by, "key_created", id, { kind, workspaces: key.workspaces, app, models, note }));
    return { text, key };
  }

  /**
   * Gives a key a new secret. The old one stays valid for `overlap_ms`, so that programs can switch.
   *
   * @throws {AccessError} `unknown_key`, `key_revoked`.
   */
  rotate(id: string, overlap_ms: number, by: Actor): { text: string; key: StoredKey } {
    const before = this.#find(id);
    if (before.revoked_at_ms !== null) {
      throw new AccessError("key_revoked", `Cannot rotate key ${id}: it is revoked. Create a new key`);
    }
    const { text } = newKey(before.kind, id);
    const until_ms = this.#now() + Math.min(overlap_ms, MAX_OVERLAP_MS);
    const key = { ...before, hash: hashOf(text), previous: { hash: before.hash, until_ms } };
    this.#put(key, this.#entry(by, "key_rotated", id, { overlap_ms }));
    this.#notify(id);
    return { text, key };
  }

  /**
   * Ends a key. Revoking it again changes nothing.
   *
   * @throws {AccessError} `unknown_key`.
   */
  revoke(id: string, by: Actor): void {
    const before = this.#find(id);
    if (before.revoked_at_ms !== null) return;
    this.#put({ ...before, revoked_at_ms: this.#now() }, this.#entry(by, "key_revoked", id, {}));
    this.#notify(id);
  }

  /** The record of a valid key, or the reason for which it is not valid. */
  check(text: string): StoredKey | KeyFault {
    const parsed = parseKey(text);
    const key = parsed && this.#keys.get(parsed.id);
    if (!key || key.kind !== parsed.kind || !this.#fits(key, text) || key.revoked_at_ms !== null) return "key_invalid";
    return this.#hasExpired(key) ? "key_expired" : key;
  }

  /** Notes that a key was used, at most once a minute a key. A store that fails does not fail the request. */
  touch(key: StoredKey): void {
    const known = this.#keys.get(key.id);
    const now = this.#now();
    if (!known || now - (known.last_used_at_ms ?? -Infinity) < LAST_USED_STEP_MS) return;
    const used = { ...known, last_used_at_ms: now };
    this.#keys.set(key.id, used);
    this.#attempt(() => this.#store.putKey(used, null));
  }

  /** Whether the key still gives access, for connections that outlive one request. */
  isLive(id: string): boolean {
    const key = this.#keys.get(id);
    return key !== undefined && this.#isLive(key);
  }

  /** Reads the changes of other processes. Call it at least once a second. Never throws. */
  refresh(): void {
    this.#attempt(() => this.#readChanges());
  }

  #readChanges(): void {
    if (!this.#store.changed()) return;
    const before = this.#keys;
    this.#load();
    for (const [id, key] of before) {
      const now = this.#keys.get(id);
      if (!now || now.revoked_at_ms !== key.revoked_at_ms || !isSameHash(now.hash, key.hash)) this.#notify(id);
    }
  }

  /** Calls `listener` for each key that was revoked or got a new secret. Returns a function that stops it. */
  onChange(listener: (id: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #load(): void {
    this.#keys = new Map(this.#store.keys().map((key) => [key.id, key]));
  }

  #put(key: StoredKey, entry: AuditEntry | null): void {
    this.#store.putKey(key, entry);
    this.#keys.set(key.id, key);
  }

  #find(id: string): StoredKey {
    const key = this.#keys.get(id);
    if (!key) throw new AccessError("unknown_key", `Cannot find key ${JSON.stringify(id.slice(0, 40))}: list the keys`);
    return key;
  }

  /** An id of 8 characters can repeat by chance; a key that exists is never replaced. */
  #unused(kind: KeyKind): KeyText {
    for (;;) {
      const key = newKey(kind);
      if (!this.#keys.has(key.id)) return key;
    }
  }

  #fits(key: StoredKey, text: string): boolean {
    const hash = hashOf(text);
    if (isSameHash(hash, key.hash)) return true;
    return key.previous !== null && key.previous.until_ms > this.#now() && isSameHash(hash, key.previous.hash);
  }

  /** Asked with every request, so it stops at the first one. */
  #hasLive(fits: (key: StoredKey) => boolean): boolean {
    for (const key of this.#keys.values()) if (fits(key) && this.#isLive(key)) return true;
    return false;
  }

  #isLive(key: StoredKey): boolean {
    return key.revoked_at_ms === null && !this.#hasExpired(key);
  }

  #hasExpired({ expires_at_ms }: StoredKey): boolean {
    return expires_at_ms !== null && expires_at_ms <= this.#now();
  }

  #notify(id: string): void {
    for (const listener of this.#listeners) listener(id);
  }

  #entry(by: Actor, action: string, target: string, detail: AuditEntry["detail"]): AuditEntry {
    return entry(by, this.#now(), action, target, detail);
  }
}
