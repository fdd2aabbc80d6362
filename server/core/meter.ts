/** A limit and its use, as the wire shows them. */
import type { Meter, WindowKind } from "../../shared/quota.ts";

/** The input of {@link meter}. Instants are epoch milliseconds. */
interface MeterReading {
  used: number;
  reserved: number;
  limit: number;
  window: WindowKind;
  resets_at_ms: number;
  /** When the limit opens again. Used only while it is full. */
  available_at_ms: number;
}

/**
 * The meter of a reading. `percentage` includes what is reserved. It is rounded down to one decimal, so that 99.96 % is not
 * shown as full.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { meter } from "./meter.ts";
 *
 * const reading = { used: 456, reserved: 3, limit: 500, window: "rolling_60s", resets_at_ms: 0, available_at_ms: 0 } as const;
 * assert.equal(meter(reading).percentage, 91.8);
 * assert.equal(meter(reading).remaining, 41);
 * ```
 */
export function meter(reading: MeterReading): Meter {
  const { used, reserved, limit } = reading;
  const remaining = Math.max(0, limit - used - reserved);
  return {
    current: used,
    reserved,
    limit,
    remaining,
    percentage: limit === 0 ? 100 : Math.floor((used + reserved) * 1000 / limit) / 10,
    window: reading.window,
    resets_at: instant(reading.resets_at_ms),
    available_at: remaining === 0 ? instant(reading.available_at_ms) : null,
  };
}

/** A cache, because a status repeats the same few instants, and formatting them is its most expensive part. */
const MAX_CACHED = 64;
const cached = new Map<number, string>();

/** Epoch milliseconds as an ISO 8601 instant, which is the form on the wire. */
export function instant(ms: number): string {
  const known = cached.get(ms);
  if (known !== undefined) return known;
  const text = new Date(ms).toISOString();
  if (cached.size >= MAX_CACHED) cached.clear();
  cached.set(ms, text);
  return text;
}
