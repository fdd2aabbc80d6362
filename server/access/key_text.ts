/**
 * The text of a key: `qg_<kind>_<id>_<secret><checksum>`. The prefix and the checksum let secret scanners, and this
 * service, recognize a key without a look-up.
 */
import { lazyBuiltin } from "../runtime/lazy_builtin.ts";

/** A key may send calls for a workspace, read workspaces, or administer the service. */
export const KEY_KINDS = ["ingest", "read", "admin"] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

/** A key that is well-formed: its checksum fits. Whether it is valid, only the keyring knows. */
export interface KeyText {
  kind: KeyKind;
  /** Public: names the key in lists and logs. */
  id: string;
  /** The whole key, of which only the hash is stored. */
  text: string;
}

const zlib = lazyBuiltin<typeof import("node:zlib")>("node:zlib");

const ID_LENGTH = 8;

/** 62⁴³ exceeds 2²⁵⁶, so a 256-bit number always fits. */
const SECRET_LENGTH = 43;

/** 62⁶ exceeds 2³², so a CRC-32 always fits. */
const CHECKSUM_LENGTH = 6;

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const FORM = new RegExp(
  `^qg_(${KEY_KINDS.join("|")})_([0-9A-Za-z]{${ID_LENGTH}})_[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`,
);
const ANYWHERE = new RegExp(`qg_(${KEY_KINDS.join("|")})_[0-9A-Za-z]{${ID_LENGTH}}_[0-9A-Za-z]{${SECRET_LENGTH}}`);

/**
 * Makes a key from 256 random bits.
 *
 * @param id of a key that gets a new secret; a new id by default.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { newKey, parseKey } from "./key_text.ts";
 *
 * const key = newKey("read");
 * assert.deepEqual(parseKey(key.text), key);
 * assert.equal(key.text.length, 66);
 * ```
 */
export function newKey(kind: KeyKind, id: string = randomId()): KeyText {
  const body = `qg_${kind}_${id}_${base62(randomBits(256), SECRET_LENGTH)}`;
  return { kind, id, text: body + checksum(body) };
}

/** Reads a key. Returns `null` for a text of any other form, and for one whose checksum does not fit. */
export function parseKey(text: string): KeyText | null {
  const match = FORM.exec(text);
  if (!match) return null;
  const body = text.slice(0, -CHECKSUM_LENGTH);
  if (checksum(body) !== text.slice(-CHECKSUM_LENGTH)) return null;
  return { kind: match[1] as KeyKind, id: match[2], text };
}

/** Whether a text claims to be one of our keys, well-formed or not. */
export function looksLikeKey(text: string): boolean {
  return text.startsWith("qg_");
}

/** Whether one of our keys stands somewhere in a text. */
export function containsKey(text: string): boolean {
  return text.includes("qg_") && ANYWHERE.test(text);
}

function checksum(body: string): string {
  return base62(BigInt(zlib().crc32(body)), CHECKSUM_LENGTH);
}

function randomId(): string {
  return base62(randomBits(64), 11).slice(-ID_LENGTH);
}

function randomBits(bits: number): bigint {
  const bytes = crypto.getRandomValues(new Uint8Array(bits / 8));
  return bytes.reduce((number, byte) => number << 8n | BigInt(byte), 0n);
}

function base62(number: bigint, length: number): string {
  let text = "";
  for (let rest = number; rest > 0n; rest /= 62n) text = DIGITS[Number(rest % 62n)] + text;
  return text.padStart(length, "0");
}
