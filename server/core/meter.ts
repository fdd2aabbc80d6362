/** One limit against what is used of it, as the wire shows it. */
import type { Meter, WindowKind } from "../../shared/quota.ts";

/** What a meter is made from; instants in epoch milliseconds. */
interface MeterReading {
  used: number;
  reserved: number;
  limit: number;
  window: WindowKind;
  resets_at_ms: number;
  /** When the limit opens again; looked at only when it is full. */
  available_at_ms: number;
}

/**
 * The meter of a reading. `percentage` counts used plus reserved, to one decimal, cut: 99.96 % is not yet full.
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

/** Instants kept as text: a status names the same few over and over, and the text is the dearest part of it. */
const MOST_KEPT = 64;
const kept = new Map<number, string>();

/** Epoch milliseconds as the wire's instant. */
export function instant(ms: number): string {
  const known = kept.get(ms);
  if (known !== undefined) return known;
  const text = new Date(ms).toISOString();
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(ms, text);
  return text;
}
