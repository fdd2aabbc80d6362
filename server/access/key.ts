/** One key as stored: its owner and permissions, with hashes in place of its secrets. */
import { lazyBuiltin } from "../runtime/lazy_builtin.ts";
import { AccessError } from "./access_error.ts";
import type { KeyKind } from "./key_text.ts";

const nodeCrypto = lazyBuiltin<typeof import("node:crypto")>("node:crypto");

export interface StoredKey {
  id: string;
  kind: KeyKind;
  /** Workspaces that it sends for or reads; an admin key covers all of them and lists none. */
  workspaces: string[];
  /** Label of the program that sends with it; overrides the program's own label. */
  app: string | null;
  /** The models that it may call; `null` for any. */
  models: string[] | null;
  note: string | null;
  created_at_ms: number;
  /** Its creator: a key's id, `command line`, `pairing`, `first start`. */
  created_by: string;
  expires_at_ms: number | null;
  revoked_at_ms: number | null;
  /** To within {@link LAST_USED_STEP_MS}. */
  last_used_at_ms: number | null;
  hash: Uint8Array;
  /** The hash before a rotation, and until when it is accepted. */
  previous: { hash: Uint8Array; until_ms: number } | null;
}

/** The properties of a new key. */
export interface KeyRequest {
  kind: KeyKind;
  workspaces: string[];
  app?: string | null;
  models?: string[] | null;
  expires_at_ms?: number | null;
  note?: string | null;
}

/** Who makes or rotates a key: with a key of their own, or without. */
export interface Minter {
  actor: string;
  address: string | null;
  key?: StoredKey | null;
}

/**
 * The expiry of a key that another one makes: no later than its own.
 *
 * @param asked_ms `null` for as long as possible.
 * @throws {AccessError} `too_wide` for a later time.
 */
export function expiryWithin({ key }: Minter, asked_ms: number | null): number | null {
  const latest_ms = key?.expires_at_ms ?? null;
  if (latest_ms === null || asked_ms === null) return asked_ms ?? latest_ms;
  if (asked_ms <= latest_ms) return asked_ms;
  const when = new Date(latest_ms).toISOString();
  throw new AccessError(
    "too_wide",
    `Cannot make this key: key ${key!.id} expires at ${when}, and this one would later`,
  );
}

/** The record of a new key. */
export function recordOf(
  { kind, workspaces, app = null, models = null, expires_at_ms = null, note = null }: KeyRequest,
  { text, ...created }: Pick<StoredKey, "id" | "created_at_ms" | "created_by"> & { text: string },
): StoredKey {
  return {
    ...created,
    kind,
    workspaces: kind === "admin" ? [] : [...new Set(workspaces)],
    app,
    models,
    note,
    expires_at_ms,
    revoked_at_ms: null,
    last_used_at_ms: null,
    hash: hashOf(text),
    previous: null,
  };
}

/** What a key permits, for the audit trail. */
export function termsOf({ kind, workspaces, app, models, note, expires_at_ms }: StoredKey): Record<string, unknown> {
  return { kind, workspaces, app, models, note, expires_at_ms };
}

/** How coarse `last_used_at_ms` is, so that a call does not cost a write. */
export const LAST_USED_STEP_MS = 60_000;

/** The reason for which a key is not accepted. */
export type KeyFault = "key_invalid" | "key_expired";

/** A key's hash: SHA-256 over its whole text. Keys have 256 random bits, so a slow hash would protect nothing. */
export function hashOf(text: string): Uint8Array {
  return nodeCrypto().createHash("sha256").update(text).digest();
}

/** Whether two hashes are the same, in a time that does not depend on their bytes. */
export function isSameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && nodeCrypto().timingSafeEqual(a, b);
}

/** Whether a hash is that of the key's secret, or of the one before while both are accepted. */
export function isSecretOf({ hash, previous }: StoredKey, given: Uint8Array, now_ms: number): boolean {
  return isSameHash(given, hash) ||
    (previous !== null && previous.until_ms > now_ms && isSameHash(given, previous.hash));
}

export function hasExpired({ expires_at_ms }: StoredKey, now_ms: number): boolean {
  return expires_at_ms !== null && expires_at_ms <= now_ms;
}

/** Whether a key is neither revoked nor expired. */
export function isLive(key: StoredKey, now_ms: number): boolean {
  return key.revoked_at_ms === null && !hasExpired(key, now_ms);
}

/** The ids of keys that were created, revoked, replaced or deleted between two states of the store. */
export function changedIds(before: ReadonlyMap<string, StoredKey>, now: ReadonlyMap<string, StoredKey>): string[] {
  const isSame = (a: StoredKey | undefined, b: StoredKey | undefined) =>
    a !== undefined && b !== undefined && a.revoked_at_ms === b.revoked_at_ms && isSameHash(a.hash, b.hash);
  return [...new Set([...before.keys(), ...now.keys()])].filter((id) => !isSame(before.get(id), now.get(id)));
}

/** Whether a key has expired after `since_ms`, or its previous secret has. */
export function hasEndedBetween({ expires_at_ms, previous }: StoredKey, since_ms: number, now_ms: number): boolean {
  const isBetween = (at_ms: number | null) => at_ms !== null && at_ms > since_ms && at_ms <= now_ms;
  return isBetween(expires_at_ms) || isBetween(previous?.until_ms ?? null);
}

/**
 * Whether a list of models contains a model. A dated snapshot belongs to its model.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isAllowedModel } from "./key.ts";
 *
 * assert(isAllowedModel(["gpt-5.4"], "gpt-5.4-2026-03-01"));
 * assert(!isAllowedModel(["gpt-5.4"], "gpt-5.4-mini"));
 * ```
 */
export function isAllowedModel(models: readonly string[], model: string): boolean {
  return models.some((name) => model === name || isSnapshot(model, name));
}

function isSnapshot(model: string, name: string): boolean {
  return model.startsWith(name) && /^-\d{4}-\d\d-\d\d$/.test(model.slice(name.length));
}
