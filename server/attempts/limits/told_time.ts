/** Reads when something ends, as providers write it: how long it takes, or the date and time. */

const UNITS: [pattern: RegExp, ms: number][] = [
  [/^n/, 1e-6],
  [/^[uµμ]/, 1e-3],
  [/^(?:ms|milli)/, 1],
  [/^s/, 1000],
  [/^m/, 60_000],
  [/^h/, 3_600_000],
  [/^d/, 86_400_000],
];

const UNIT =
  "(?:ns|[uµμ]s|ms|msecs?|milli(?:second)?s?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)(?![a-zµμ])";

/** A number with its unit, as one part of a duration: `1m30.5s`, `6ms`, `2 minutes, 5 seconds`. */
export const DURATION_PART = `(?:\\d{1,15}(?:\\.\\d{0,12})?|\\.\\d{1,12})\\s{0,3}${UNIT}`;

const DURATION = new RegExp(`^${DURATION_PART}(?:[\\s,]{0,3}(?:and\\s)?${DURATION_PART}){0,6}$`, "i");
const PARTS = new RegExp(`(\\d*\\.?\\d*)\\s{0,3}(${UNIT})`, "gi");

const DECIMAL = "(\\d{1,9}(?:[.,]\\d{1,12})?)";
const ISO_DURATION = new RegExp(
  `^P(?:${DECIMAL}W)?(?:${DECIMAL}D)?(?:T(?:${DECIMAL}H)?(?:${DECIMAL}M)?(?:${DECIMAL}S)?)?$`,
  "i",
);

/** `1:30` is minutes and seconds, `1:30:00` hours, minutes and seconds. */
const CLOCK = /^(?:(?:(\d{1,4}):)?([0-5]\d)|(\d{1,4})):([0-5]\d(?:\.\d{1,12})?)$/;

const ISO_DATE = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(\.\d{1,9})? ?(?:(Z|UTC|GMT)|([+-]\d\d)(?::?(\d\d))?)?$/i;

/**
 * The dates of HTTP, and those of mail, of C and of JavaScript. Begins with a weekday or a day and a month, because
 * `Date.parse` accepts almost any text that ends in a number.
 */
const DATE =
  /^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}(?:, ?| )|(?=\d{1,2}[ -][a-z]{3}[ -]\d{2,4} ))(?=.{1,30}\d:\d\d).{1,60}$/i;
const HAS_ZONE = /(?:GMT|UTC|Z|[+-]\d\d:?\d\d)(?: \([^)]*\))?$/i;

/** What may precede a time, and the parameters that may follow it: `t=20`, `in 20 seconds`, `+20s`, `20;w=60`. */
const NAME = /^(?:(?:t|ttl|seconds|reset(?:[ _-](?:in|at|after))?|retry[ _-]after) ?= ?|(?:in|after) )/i;
const PLUS = /^\+(?=[\d.P])/i;
const PARAMETERS = / ?; ?[\w-]{1,40}=.*$/;

const MAX_LENGTH = 100;

const NUMBER = /^\d+(?:\.\d*)?$/;

/** Smaller numbers are seconds, from now on: as an instant they are before 2001. */
const MIN_EPOCH = 1e9;

/** The units in which instants are counted from 1970, in milliseconds. */
const EPOCH_UNITS_MS = [1000, 1, 1e-3, 1e-6];

/** Longer than any window of a provider: a later reset is a mistake, and a number is no instant further away. */
export const MAX_RESET_MS = 366 * 86_400_000;

/**
 * Milliseconds from now: a duration (`1m30.5s`, `20 seconds`, `1:30`, `PT20S`), bare seconds, an instant in seconds or
 * smaller units since 1970, an ISO date or a date of HTTP. An instant that is past is 0.
 *
 * @returns `null` for any other text, and for a negative duration. The result may be very large.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { toldTime } from "./told_time.ts";
 *
 * const now = Date.UTC(2026, 10, 21, 10);
 * assert.equal(toldTime("1m30.5s", now), 90_500);
 * assert.equal(toldTime("20", now), 20_000);
 * assert.equal(toldTime("t=20", now), 20_000);
 * assert.equal(toldTime(String(now / 1000 + 20), now), 20_000);
 * assert.equal(toldTime("2026-11-21T10:00:20Z", now), 20_000);
 * assert.equal(toldTime("soon", now), null);
 * ```
 */
export function toldTime(text: string, now_ms: number): number | null {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return timeOfNumber(Number(trimmed), now_ms);
  if (trimmed.length === 0 || trimmed.length > MAX_LENGTH) return null;
  const plain = plainTime(trimmed);
  if (NUMBER.test(plain)) return timeOfNumber(Number(plain), now_ms);
  const duration = durationOf(plain);
  if (duration !== null) return duration;
  const away_ms = instantOf(plain) - now_ms;
  // Years ago is a field that is not set.
  return away_ms >= -MAX_RESET_MS ? Math.max(0, away_ms) : null;
}

/** The time alone, of a text that may repeat, quote, name or qualify it. */
function plainTime(text: string): string {
  return once(text).replace(/^"(.*)"$/, "$1").replace(PARAMETERS, "").replace(NAME, "").replace(PLUS, "");
}

/** A value that a proxy has repeated: `20s, 20s`. */
function once(text: string): string {
  if (!text.includes(",")) return text;
  const [first, ...others] = text.split(/\s*,\s*/);
  return others.every((other) => other === first) ? first : text;
}

/** Seconds, unless it is an instant that is near. */
function timeOfNumber(value: number, now_ms: number): number {
  if (value >= MIN_EPOCH) {
    for (const unit_ms of EPOCH_UNITS_MS) {
      const away_ms = value * unit_ms - now_ms;
      if (Math.abs(away_ms) <= MAX_RESET_MS) return Math.max(0, away_ms);
    }
  }
  return Math.ceil(value * 1000);
}

function durationOf(text: string): number | null {
  if (DURATION.test(text)) {
    let total = 0;
    for (const [, amount, unit] of text.matchAll(PARTS)) total += Number(amount) * unitOf(unit);
    return Math.ceil(total);
  }
  const clock = CLOCK.exec(text);
  if (clock) {
    const [hours, minutes, alone, seconds] = clock.slice(1).map((part) => Number(part ?? 0));
    return secondsToMs((hours * 60 + minutes + alone) * 60 + seconds);
  }
  const iso = text.length > 2 ? ISO_DURATION.exec(text) : null;
  if (!iso) return null;
  const [weeks, days, hours, minutes, seconds] = iso.slice(1).map((part) => Number(part?.replace(",", ".") ?? 0));
  return secondsToMs((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds);
}

function secondsToMs(seconds: number): number {
  return Math.ceil(seconds * 1000);
}

function unitOf(unit: string): number {
  const lower = unit.toLowerCase();
  return UNITS.find(([pattern]) => pattern.test(lower))![1];
}

/** `NaN` for a text that is no date. Without a zone it is UTC. */
function instantOf(text: string): number {
  const iso = ISO_DATE.exec(text);
  if (iso) {
    const [, date, time, fraction = "", , hours, minutes = "00"] = iso;
    return Date.parse(`${date}T${time}${fraction.slice(0, 4)}${hours === undefined ? "Z" : `${hours}:${minutes}`}`);
  }
  if (!DATE.test(text)) return NaN;
  const spaced = text.replace(/, ?/, ", ");
  return Date.parse(HAS_ZONE.test(text) ? spaced : `${spaced} GMT`);
}
