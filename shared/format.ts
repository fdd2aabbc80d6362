/** Numbers and times as short English text. */

const UNITS = ["", "k", "M", "B", "T"];

/**
 * A count in at most four characters up to 999T. It is rounded down, so that 9,999 of 10,000 never reads as full.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compactCount } from "./format.ts";
 *
 * assert.equal(compactCount(950), "950");
 * assert.equal(compactCount(1_250), "1.2k");
 * assert.equal(compactCount(149_999), "149k");
 * ```
 */
export function compactCount(count: number): string {
  let unit = 0;
  let value = count;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const cut = unit > 0 && value < 10 ? Math.floor(value * 10) / 10 : Math.floor(value);
  return `${cut}${UNITS[unit]}`;
}

/** A count in full: `3,204`. */
export function fullCount(count: number): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * A wait in at most four characters: `45s`, `4m`, `3h`, `2d`, rounded up, so that it never ends too early.
 *
 * @param ms milliseconds; negative values give `0s`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compactWait } from "./format.ts";
 *
 * assert.equal(compactWait(45_000), "45s");
 * assert.equal(compactWait(99_000), "99s");
 * assert.equal(compactWait(99_001), "2m");
 * assert.equal(compactWait(-1), "0s");
 * ```
 */
export function compactWait(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 100) return `${seconds}s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 100) return `${minutes}m`;
  const hours = Math.ceil(minutes / 60);
  return hours < 100 ? `${hours}h` : `${Math.ceil(hours / 24)}d`;
}

/**
 * A countdown in its two largest units: `45s`, `4m 05s`, `3h 12m`, `2d 4h`.
 *
 * @param ms milliseconds left; negative values give `0s`.
 */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${pad(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h ${pad(minutes % 60)}m` : `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** An age in one unit: `just now`, `12 s ago`, `4 min ago`, `3 h ago`. */
export function ago(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`;
}

/** A share in whole percent, rounded down, so that 99.9 % never reads as 100; at most 100. */
export function percent(percentage: number): string {
  return `${Math.min(100, Math.floor(percentage))}`;
}

/** `requests_per_minute` → its short and long name. */
export const METER_LABELS = {
  requests_per_minute: { short: "RPM", long: "Requests per minute", unit: "requests" },
  requests_per_day: { short: "RPD", long: "Requests per day", unit: "requests" },
  tokens_per_minute: { short: "TPM", long: "Tokens per minute", unit: "tokens" },
  tokens_per_day: { short: "TPD", long: "Tokens per day", unit: "tokens" },
} as const;

function pad(value: number): string {
  return value.toString().padStart(2, "0");
}
