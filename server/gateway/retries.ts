/**
 * Which call a retry belongs to. The SDKs count their retries in `x-stainless-retry-count`, but name no call; a retry sends
 * the same bytes to the same endpoint soon after its first attempt failed, so that is what it is known by.
 */
import { createHash } from "node:crypto";

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
  return `${workspace_id} ${endpoint} ${createHash("sha256").update(body).digest("base64url")}`;
}
