/** Bounds how often each key calls the REST API. */
import type { Identity } from "../access/gate.ts";

const MINUTE_MS = 60_000;

/**
 * Counts calls by key. A key may use the calls of a whole minute in one burst, and gets them back evenly over the next.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { CallRate } from "./call_rate.ts";
 *
 * let now = 0;
 * const rate = new CallRate(2, () => now);
 * const caller = { kind: "admin", key: null } as const;
 * assert.deepEqual([rate.take(caller), rate.take(caller), rate.take(caller)], [0, 0, 30_000]);
 * now = 30_000;
 * assert.equal(rate.take(caller), 0);
 * ```
 */
export class CallRate {
  readonly per_minute: number;
  readonly #now: () => number;
  /** By key: the time at which it will have all calls of a minute again. */
  readonly #fullAt = new Map<string, number>();

  constructor(per_minute: number, now: () => number) {
    this.per_minute = per_minute;
    this.#now = now;
  }

  /** Counts a call. Returns the milliseconds until the next call is accepted if this one is not; otherwise 0. */
  take({ key, kind }: Pick<Identity, "key" | "kind">): number {
    // The key of the environment has no id. Other callers without a key are on this machine, or use a route that is open.
    const id = key?.id ?? kind;
    if (id === "personal" || id === "anonymous") return 0;
    const now = this.#now();
    const full_at = Math.max(this.#fullAt.get(id) ?? now, now) + MINUTE_MS / this.per_minute;
    const wait_ms = full_at - now - MINUTE_MS;
    // Sums of fractions differ from the exact value by far less than a microsecond.
    if (wait_ms > 0.001) return Math.ceil(wait_ms);
    this.#fullAt.set(id, full_at);
    return 0;
  }
}
