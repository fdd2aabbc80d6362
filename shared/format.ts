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

/** Units of a wait, largest first. Waits from `from_ms` on begin with this unit: up to two days are shown in hours. */
const WAIT_UNITS = [
  { ms: 86_400_000, from_ms: 2 * 86_400_000, word: "d" },
  { ms: 3_600_000, from_ms: 3_600_000, word: "h" },
  { ms: 60_000, from_ms: 60_000, word: "min" },
  { ms: 1_000, from_ms: -Infinity, word: "s" },
];

/**
 * A countdown in its two largest units, rounded down to the smaller one: `45 s`, `4 min 05 s`, `3 h 12 min`, `2 d 04 h`.
 * Every wait that a person reads comes from here or from {@link compactCountdown}, which shows the first of the two.
 *
 * @param ms milliseconds left; negative values give `0 s`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compactCountdown, countdown } from "./format.ts";
 *
 * assert.equal(countdown(6_119_000), "1 h 41 min");
 * assert.equal(compactCountdown(6_119_000), "1h");
 * assert.equal(countdown(60_999), "1 min 00 s");
 * ```
 */
export function countdown(ms: number): string {
  const at = waitUnit(ms);
  const { ms: unit, word } = WAIT_UNITS[at];
  const smaller = WAIT_UNITS.at(at + 1);
  const whole = `${Math.floor(Math.max(0, ms) / unit)} ${word}`;
  return smaller ? `${whole} ${pad(Math.floor(ms % unit / smaller.ms))} ${smaller.word}` : whole;
}

/**
 * A wait after which a call may be tried again: as {@link countdown}, but rounded up to its smaller unit, because a call that
 * comes too early is refused again.
 */
export function waitAtLeast(ms: number): string {
  const at = waitUnit(ms);
  const unit = (WAIT_UNITS.at(at + 1) ?? WAIT_UNITS[at]).ms;
  return countdown(Math.ceil(ms / unit) * unit);
}

/** The first unit of {@link countdown} in at most four characters: `45s`, `4m`, `3h`, `2d`. */
export function compactCountdown(ms: number): string {
  const { ms: unit, word } = WAIT_UNITS[waitUnit(ms)];
  return `${Math.floor(Math.max(0, ms) / unit)}${word[0]}`;
}

/** Milliseconds after which {@link compactCountdown} shows another text, while `ms` are left. */
export function compactCountdownChangesIn(ms: number): number {
  const { ms: unit, from_ms } = WAIT_UNITS[waitUnit(ms)];
  return Math.min(ms % unit, ms - from_ms) + 1;
}

function waitUnit(ms: number): number {
  return WAIT_UNITS.findIndex(({ from_ms }) => ms >= from_ms);
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

/**
 * The used share of a limit in whole percent, rounded up. It is 0 only where nothing is used, and 100 only where the limit is
 * full. What is left is 100 minus this, which rounds down.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { usedPercent } from "./format.ts";
 *
 * assert.equal(usedPercent(22, 30), 74);
 * assert.equal(usedPercent(1, 500), 1);
 * assert.equal(usedPercent(9_996, 10_000), 99);
 * assert.equal(usedPercent(612, 500), 100);
 * ```
 */
export function usedPercent(used: number, limit: number): number {
  if (used >= limit) return 100;
  return Math.min(99, Math.ceil(used * 100 / limit));
}

/** `93 %`. */
export function percentText(percent: number): string {
  return `${percent} %`;
}

/** `requests_per_minute` → its short and long name. */
export const METER_LABELS = {
  requests_per_minute: { short: "RPM", long: "Requests a minute", unit: "requests" },
  requests_per_day: { short: "RPD", long: "Requests a day", unit: "requests" },
  tokens_per_minute: { short: "TPM", long: "Tokens a minute", unit: "tokens" },
  tokens_per_day: { short: "TPD", long: "Tokens a day", unit: "tokens" },
} as const;

function pad(value: number): string {
  return value.toString().padStart(2, "0");
}
