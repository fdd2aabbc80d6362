/** Numbers and times as short text, in the language in use. */
import type { MeterName } from "./meters.ts";
import { numberText, say } from "./words/say.ts";
import type { Text } from "./words/texts.ts";

/** A count in full: `3,204`. */
export function fullCount(count: number): string {
  return numberText(count);
}

/** Units of a wait, largest first. Waits from `from_ms` on begin with this unit: up to two days are shown in hours. */
const WAIT_UNITS = [
  { ms: 86_400_000, from_ms: 2 * 86_400_000, text: "{number} d" },
  { ms: 3_600_000, from_ms: 3_600_000, text: "{number} h" },
  { ms: 60_000, from_ms: 60_000, text: "{number} min" },
  { ms: 1_000, from_ms: -Infinity, text: "{number} s" },
] as const;

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
  const { ms: unit, text } = WAIT_UNITS[at];
  const smaller = WAIT_UNITS.at(at + 1);
  const whole = say(text, { number: Math.floor(Math.max(0, ms) / unit) });
  if (!smaller) return whole;
  return `${whole} ${say(smaller.text, { number: twoDigits(Math.floor(ms % unit / smaller.ms)) })}`;
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

/** The first unit of {@link countdown} in at most four characters, the same in every language: `45s`, `4m`, `3h`, `2d`. */
export function compactCountdown(ms: number): string {
  const at = waitUnit(ms);
  return `${Math.floor(Math.max(0, ms) / WAIT_UNITS[at].ms)}${"dhms"[at]}`;
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
  return seconds < 5 ? say("just now") : say("{time} ago", { time: ageText(seconds) });
}

function ageText(seconds: number): string {
  if (seconds < 60) return say("{number} s", { number: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return say("{number} min", { number: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return say("{number} h", { number: hours });
  return say("{number} d", { number: Math.floor(hours / 24) });
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
  return say("{number} %", { number: percent });
}

/** A limit's names: `short` is the same in every language. */
interface MeterLabels {
  short: string;
  long: Text;
  /** The same within a sentence. */
  phrase: Text;
  unit: "requests" | "tokens";
}

/** `requests_per_minute` → its names. */
export const METER_LABELS = {
  requests_per_minute: {
    short: "RPM",
    long: "Requests a minute",
    phrase: "requests a minute",
    unit: "requests",
  },
  requests_per_day: { short: "RPD", long: "Requests a day", phrase: "requests a day", unit: "requests" },
  tokens_per_minute: { short: "TPM", long: "Tokens a minute", phrase: "tokens a minute", unit: "tokens" },
  tokens_per_day: { short: "TPD", long: "Tokens a day", phrase: "tokens a day", unit: "tokens" },
} as const satisfies Record<MeterName, MeterLabels>;

function twoDigits(number: number): string {
  return (number < 10 ? numberText(0) : "") + numberText(number);
}
