/** Go durations (`6m0s`), the format of OpenAI's reset headers. */
const UNIT_MS: Record<string, number> = { ns: 1e-6, us: 1e-3, "µs": 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Longer than any window of the provider; beyond it a computed date could be out of range. */
const MAX_MS = 366 * 24 * 3_600_000;

const PART = /(\d{1,15}(?:\.\d{1,9})?)(ns|us|µs|ms|s|m|h)/y;

/**
 * Parses a Go duration into milliseconds, rounded up; `null` for invalid text and for more than a year.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseGoDuration } from "./go_duration.ts";
 *
 * assert.equal(parseGoDuration("6m0s"), 360_000);
 * assert.equal(parseGoDuration("12ms"), 12);
 * assert.equal(parseGoDuration("4m12.172s"), 252_172);
 * assert.equal(parseGoDuration("soon"), null);
 * ```
 */
export function parseGoDuration(text: string): number | null {
  if (text === "0") return 0;
  if (text.length === 0 || text.length > 64) return null;
  let total = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const part = PART.exec(text);
    if (!part) return null;
    total += Number(part[1]) * UNIT_MS[part[2]];
  }
  return total > MAX_MS ? null : Math.ceil(total);
}

/**
 * Writes milliseconds, rounded up, as a Go duration.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatGoDuration } from "./go_duration.ts";
 *
 * assert.equal(formatGoDuration(61_000), "1m1s");
 * assert.equal(formatGoDuration(1_500), "1.5s");
 * assert.equal(formatGoDuration(12), "12ms");
 * assert.equal(formatGoDuration(0), "0s");
 * ```
 */
export function formatGoDuration(ms: number): string {
  const whole = Math.max(0, Math.ceil(ms));
  if (whole > 0 && whole < 1000) return `${whole}ms`;
  const seconds = Math.floor(whole / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = `${(whole % 60_000) / 1000}s`;
  return hours > 0 ? `${hours}h${minutes}m${rest}` : minutes > 0 ? `${minutes}m${rest}` : rest;
}
