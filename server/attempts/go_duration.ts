/** Go durations (`6m0s`), the format of OpenAI's reset headers. */
const LARGE_MS: Record<string, number | undefined> = { s: 1000, m: 60_000, h: 3_600_000 };
/** Of units that are followed by an `s`. */
const SMALL_MS: Record<string, number | undefined> = { n: 1e-6, u: 1e-3, "µ": 1e-3, m: 1 };

/** Longer than any window of the provider; beyond it a computed date could be out of range. */
const MAX_MS = 366 * 24 * 3_600_000;

const MAX_DIGITS = 15;
const MAX_DECIMALS = 9;

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
  for (let at = 0; at < text.length;) {
    const end = numberEnd(text, at);
    if (end === at) return null;
    const small = text[end + 1] === "s" ? SMALL_MS[text[end]] : undefined;
    const unit = small ?? LARGE_MS[text[end]];
    if (unit === undefined) return null;
    total += Number(text.slice(at, end)) * unit;
    at = end + (small === undefined ? 1 : 2);
  }
  return total > MAX_MS ? null : Math.ceil(total);
}

/** Where a number that begins at `at` ends; `at` if there is none. A regular expression takes twice as long. */
function numberEnd(text: string, at: number): number {
  const point = digitsEnd(text, at);
  if (point - at > MAX_DIGITS) return at;
  if (point === at || text[point] !== ".") return point;
  const end = digitsEnd(text, point + 1);
  return end === point + 1 || end - point - 1 > MAX_DECIMALS ? at : end;
}

function digitsEnd(text: string, at: number): number {
  let end = at;
  while (text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end++;
  return end;
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
