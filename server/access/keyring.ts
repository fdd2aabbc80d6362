/** Creates, rotates, revokes and checks the keys of the service. */
import { AcceptedSecrets } from "./accepted_secrets.ts";
import { AccessError } from "./access_error.ts";
import { type AccessStore, type AuditEntry, entry } from "./store.ts";
import {
  changedIds,
  expiryWithin,
  hasEndedBetween,
  hasExpired,
  hashOf,
  isLive,
  isSameHash,
  isSecretOf,
  type KeyFault,
  type KeyRequest,
  LAST_USED_STEP_MS,
  type Minter,
  recordOf,
  type StoredKey,
  termsOf,
} from "./key.ts";
import { type KeyKind, type KeyText, newKey, parseKey } from "./key_text.ts";
import { Attempts } from "./report_once.ts";

/** The longest time for which two secrets of a key are valid together. */
const MAX_OVERLAP_MS = 30 * 86_400_000;

export class Keyring {
  readonly #store: AccessStore;
  readonly #now: () => number;
  readonly #listeners = new Set<(id: string) => void>();
  readonly #attempts: Attempts;
  readonly #accepted = new AcceptedSecrets();
  #keys = new Map<string, StoredKey>();
  #refreshed_at_ms: number;

  /** `onProblem` is called once for a store that fails, and with `null` when it works again. */
  constructor(store: AccessStore, now: () => number, onProblem: (why: string | null) => void = () => {}) {
    this.#store = store;
    this.#now = now;
    this.#attempts = new Attempts(onProblem);
    this.#refreshed_at_ms = now();
    this.#load();
  }

  /** Why the store cannot be used at present; `null` if it can. The keys already read stay valid. */
  get problem(): string | null {
    return this.#attempts.problem;
  }

  /**
   * Whether every route needs a key: as soon as one exists. One that has expired still counts, so that no date opens the
   * service to everybody.
   */
  get inUse(): boolean {
    return this.#has(({ revoked_at_ms }) => revoked_at_ms === null);
  }

  /** Whether an admin key can be used. */
  get hasAdmin(): boolean {
    return this.#has((key) => isLive(key, this.#now()) && key.kind === "admin");
  }

  /** Oldest first, revoked and expired ones too. */
  list(): StoredKey[] {
    return [...this.#keys.values()];
  }

  /**
   * Makes a key. Returns its text, which is stored nowhere, and its record.
   *
   * @throws {AccessError} `too_wide`.
   */
  create(request: KeyRequest, by: Minter): { text: string; key: StoredKey } {
    const { id, text } = this.#unused(request.kind);
    const expires_at_ms = expiryWithin(by, request.expires_at_ms ?? null);
    const key = recordOf({ ...request, expires_at_ms }, { id, text, created_by: by.actor, created_at_ms: this.#now() });
    this.#put(key, by, "key_created", termsOf(key));
    return { text, key };
  }

  /**
   * Gives a key a new secret. The old one stays valid for `overlap_ms`, so that programs can switch.
   *
   * @throws {AccessError} `unknown_key`, `key_revoked`, `too_wide`.
   */
  rotate(id: string, overlap_ms: number, by: Minter): { text: string; key: StoredKey } {
    const before = this.#find(id);
    expiryWithin(by, before.expires_at_ms ?? Infinity);
    const { text } = newKey(before.kind, id);
    const until_ms = this.#now() + Math.min(overlap_ms, MAX_OVERLAP_MS);
    const key = { ...before, hash: hashOf(text), previous: { hash: before.hash, until_ms } };
    if (before.revoked_at_ms !== null || !this.#put(key, by, "key_rotated", { overlap_ms })) {
      throw new AccessError("key_revoked", `Cannot rotate key ${id}: it is revoked. Create a new key`);
    }
    return { text, key };
  }

  /** Ends a key; again changes nothing. Throws an {@link AccessError} `unknown_key`. */
  revoke(id: string, by: Minter): void {
    const before = this.#find(id);
    if (before.revoked_at_ms !== null) return;
    this.#put({ ...before, revoked_at_ms: this.#now() }, by, "key_revoked", {});
  }

  /**
   * The record of a valid key, or the reason for which it is not valid. Its `hash` is that of the secret in `text`, also
   * during the overlap of a rotation.
   */
  check(text: string): StoredKey | KeyFault {
    const accepted = this.#accepted.find(text);
    if (accepted && this.#keys.get(accepted.id) === accepted && isLive(accepted, this.#now())) return accepted;
    const parsed = parseKey(text);
    const key = parsed && this.#keys.get(parsed.id);
    if (!key || key.kind !== parsed.kind || key.revoked_at_ms !== null) return "key_invalid";
    const hash = hashOf(text);
    if (!isSecretOf(key, hash, this.#now())) return "key_invalid";
    if (hasExpired(key, this.#now())) return "key_expired";
    if (!isSameHash(hash, key.hash)) return { ...key, hash };
    this.#accepted.add(text, key);
    return key;
  }

  /** Notes that a key was used, at most once a minute a key. A store that fails does not fail the request. */
  touch(key: StoredKey): void {
    const known = this.#keys.get(key.id);
    const now = this.#now();
    if (!known || now - (known.last_used_at_ms ?? -Infinity) < LAST_USED_STEP_MS) return;
    this.#keys.set(key.id, { ...known, last_used_at_ms: now });
    this.#attempts.write(() => this.#store.touchKey(key.id, now));
  }

  /**
   * Whether a key that {@link check} has returned still gives access, for connections that outlive one request: it is not
   * revoked, not expired, and its secret was not replaced.
   */
  isLive({ id, hash }: Pick<StoredKey, "id" | "hash">): boolean {
    const key = this.#keys.get(id);
    return key !== undefined && isLive(key, this.#now()) && isSecretOf(key, hash, this.#now());
  }

  /** Reads the changes of other processes. Call it at least once a second. Never throws. */
  refresh(): void {
    this.#attempts.read(() => this.#readChanges());
    const [since_ms, now_ms] = [this.#refreshed_at_ms, this.#now()];
    this.#refreshed_at_ms = now_ms;
    for (const key of this.#keys.values()) if (hasEndedBetween(key, since_ms, now_ms)) this.#notify(key.id);
  }

  #readChanges(): void {
    if (!this.#store.changed()) return;
    const before = this.#keys;
    this.#load();
    for (const id of changedIds(before, this.#keys)) this.#notify(id);
  }

  /** Calls `listener` for each key that was created or revoked, got a new secret, or has expired. Returns a stop function. */
  onChange(listener: (id: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #load(): void {
    this.#keys = new Map(this.#store.keys().map((key) => [key.id, key]));
  }

  /** Returns whether it was written: a key that another process has revoked stays as it is. */
  #put(key: StoredKey, by: Minter, action: string, detail: AuditEntry["detail"]): boolean {
    const isPut = this.#store.putKey(key, entry(by, this.#now(), action, key.id, detail));
    if (isPut) this.#keys.set(key.id, key);
    else this.#load();
    this.#notify(key.id);
    return isPut;
  }

  /** Reads the changes of other processes first, so that it finds their keys and keeps what they have changed. */
  #find(id: string): StoredKey {
    this.#readChanges();
    const key = this.#keys.get(id);
    if (key) return key;
    // A whole key in place of its id must not stand in an error message.
    const shown = /^\w{1,16}$/.test(id) ? ` ${id}` : "";
    throw new AccessError("unknown_key", `Cannot find key${shown}: list the keys, and give the id of one of them`);
  }

  /** An id of 8 characters can repeat by chance; a key that exists is never replaced. */
  #unused(kind: KeyKind): KeyText {
    for (let key = newKey(kind);; key = newKey(kind)) if (!this.#keys.has(key.id)) return key;
  }

  /** Asked with every request, so it stops at the first one. */
  #has(fits: (key: StoredKey) => boolean): boolean {
    return this.#keys.values().some(fits);
  }

  #notify(id: string): void {
    this.#accepted.delete(id);
    for (const listener of this.#listeners) listener(id);
  }
}
