/** Computes the state of limits from the counters that they cover. */
import type { Limits } from "../../core/limits.ts";
import type { MeterName } from "../../../shared/meters.ts";
import type { Reading, Readings } from "../live_store.ts";
import { type Counter, FLOAT, WORD } from "./counter_page.ts";
import { bring, type Instant } from "./counts.ts";
import { fallsTo } from "./minute_rings.ts";
import { leftOf } from "./second_parts.ts";

type Unit = "requests" | "tokens";

/**
 * The readings of four limits over the sum of some counters.
 *
 * @param day_end_ms when the day ends, in epoch milliseconds.
 */
export function readings(
  counters: readonly Counter[],
  limits: Limits,
  now: Instant,
  day_end_ms: number,
): Readings {
  for (const counter of counters) bring(counter, now);
  const minute = (unit: Unit, limit: number | null) =>
    limit === null ? null : minuteReading(counters, unit, limit, now);
  const day = (unit: Unit, limit: number | null) => limit === null ? null : dayReading(counters, unit, day_end_ms);
  return {
    requests_per_minute: minute("requests", limits.requests_per_minute),
    requests_per_day: day("requests", limits.requests_per_day),
    tokens_per_minute: minute("tokens", limits.tokens_per_minute),
    tokens_per_day: day("tokens", limits.tokens_per_day),
  };
}

/** When a full limit has room for one request and `tokens`, in epoch milliseconds. */
export function opensAt(
  full: MeterName,
  counters: Counter[],
  limit: number,
  tokens: number,
  now_ms: number,
  day_end_ms: number,
): number {
  if (full.endsWith("_day")) return day_end_ms;
  const kind = full === "tokens_per_minute" ? "tokens" : "requests";
  // Some tokens may remain, but fewer than this attempt reserves: it waits until all of them fit.
  const most = kind === "tokens" ? Math.max(0, limit - tokens) : limit - 1;
  return Math.max(now_ms, fallsTo(counters, Math.floor(now_ms / 1000), kind, most) * 1000);
}

function minuteReading(
  counters: readonly Counter[],
  unit: Unit,
  limit: number,
  { now_s, now_ms }: Instant,
): Reading {
  const [total, reserved] = unit === "requests"
    ? [sumOfWords(counters, WORD.requests), sumOfWords(counters, WORD.held_requests)]
    : [sumOfFloats(counters, FLOAT.tokens), sumOfFloats(counters, FLOAT.held_tokens)];
  // A second that holds its largest count may hold less than its reservations.
  const left = counters.reduce((sum, counter) => sum + leftOf(counter, now_ms, unit), 0);
  const used = Math.max(0, total - left - reserved);
  const falls = (most: number) => Math.max(now_ms, fallsTo(counters, now_s, unit, most) * 1000);
  // Iterating over the ring is expensive, so it is done only if its result is shown.
  const available_at_ms = used + reserved < limit ? now_ms : falls(Math.max(0, limit - 1));
  return { used, reserved, resets_at_ms: falls(0), available_at_ms };
}

function dayReading(counters: readonly Counter[], unit: Unit, day_end_ms: number): Reading {
  const [used, reserved] = unit === "requests"
    ? [sumOfFloats(counters, FLOAT.day_requests), sumOfWords(counters, WORD.day_held_requests)]
    : [sumOfFloats(counters, FLOAT.day_tokens), sumOfFloats(counters, FLOAT.day_held_tokens)];
  return { used, reserved, resets_at_ms: day_end_ms, available_at_ms: day_end_ms };
}

function sumOfWords(counters: readonly Counter[], word: number): number {
  return counters.reduce((sum, { page, at }) => sum + page.words[at + word], 0);
}

function sumOfFloats(counters: readonly Counter[], float: number): number {
  return counters.reduce((sum, { page, at }) => sum + page.floats[(at >> 1) + float], 0);
}
