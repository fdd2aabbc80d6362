/**
 * Which call a retry belongs to. The SDKs count their retries in `x-stainless-retry-count`, but name no call; a retry sends
 * the same bytes to the same endpoint soon after its first attempt failed, so that is what it is known by.
 */
import { Buffer } from "node:buffer";
import { createHash, type Hash } from "node:crypto";

/** Kept after a failure: longer than an SDK waits between two attempts. */
const KEPT_MS = 120_000;

/** Failures kept at once; past it the oldest are forgotten, and their retries are calls of their own. */
const MOST_KEPT = 10_000;

interface Failed {
  call_id: string;
  retry: number;
  at_ms: number;
}

/** One attempt, as far as its retry will be like it. */
export interface Sent {
  workspace_id: string;
  endpoint: string;
  body: Uint8Array;
}

export class Retries {
  /** By what was sent, oldest failure first; several where the same was asked at once. */
  readonly #failed = new Map<string, Failed[]>();
  readonly #now: () => number;
  #kept = 0;

  /** @param now milliseconds of any clock that does not stand. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Remembers an attempt that failed: its caller may try again. */
  failed(sent: Sent, call_id: string, retry: number): void {
    const key = keyOf(sent);
    const calls = this.#failed.get(key) ?? [];
    calls.push({ call_id, retry, at_ms: this.#now() });
    // Moved to the end: the first key is the one whose last failure is oldest.
    this.#failed.delete(key);
    this.#failed.set(key, calls);
    if (++this.#kept > MOST_KEPT) this.#forgetOldest();
  }

  /** The call that a retry belongs to, once; `null` when no failure before it is known. */
  callOf(sent: Sent, retry: number): string | null {
    if (retry === 0 || this.#kept === 0) return null;
    const key = keyOf(sent);
    const calls = this.#failed.get(key);
    const since = this.#now() - KEPT_MS;
    const at = calls?.findIndex((call) => call.retry === retry - 1 && call.at_ms >= since) ?? -1;
    if (!calls || at < 0) return null;
    const [{ call_id }] = calls.splice(at, 1);
    this.#kept--;
    if (calls.length === 0) this.#failed.delete(key);
    return call_id;
  }

  #forgetOldest(): void {
    const [key, calls] = this.#failed.entries().next().value!;
    this.#kept -= calls.length;
    this.#failed.delete(key);
  }
}

function keyOf({ workspace_id, endpoint, body }: Sent): string {
  const hash = createHash("sha256");
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = delimiterOf(bytes);
  if (delimiter) addWithout(delimiter, bytes, hash);
  else hash.update(bytes);
  return `${workspace_id} ${endpoint} ${hash.digest("base64url")}`;
}

/** A boundary has at most 70 characters, with two hyphens before them (RFC 2046 §5.1.1). */
const LONGEST_DELIMITER = 72;

/** The line that parts a form, which each sending of the same form chooses anew; null for what is no form. */
function delimiterOf(body: Buffer): Buffer | null {
  if (!body.subarray(0, 2).equals(HYPHENS)) return null;
  const end = body.subarray(0, LONGEST_DELIMITER + LINE_END.length).indexOf(LINE_END);
  return end > HYPHENS.length ? body.subarray(0, end) : null;
}

/** Adds what stands between the delimiters, each of them as the same two hyphens. */
function addWithout(delimiter: Buffer, body: Buffer, hash: Hash): void {
  let from = 0;
  for (let at = 0; at >= 0; at = body.indexOf(delimiter, from)) {
    hash.update(body.subarray(from, at)).update(HYPHENS);
    from = at + delimiter.length;
  }
  hash.update(body.subarray(from));
}

const HYPHENS = Buffer.from("--");
const LINE_END = Buffer.from("\r\n");
