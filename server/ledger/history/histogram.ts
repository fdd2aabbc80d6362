/** Counts of times in classes that grow by 8 %, so that a percentile is within 5 % of the true one, however many are merged. */

const GROWTH = 1.08;
const LOG_GROWTH = Math.log(GROWTH);

/** Counts by class. Class 0 holds the zeros; class n the times from `GROWTH ** (n - 1)` milliseconds. */
export type Histogram = Map<number, number>;

/** Adds one time in milliseconds. */
export function addTime(histogram: Histogram, ms: number): void {
  const place = ms < 1 ? 0 : 1 + Math.floor(Math.log(ms) / LOG_GROWTH);
  histogram.set(place, (histogram.get(place) ?? 0) + 1);
}

/** Adds the counts of another histogram. */
export function addHistogram(into: Histogram, added: Histogram): void {
  for (const [place, count] of added) into.set(place, (into.get(place) ?? 0) + count);
}

/**
 * A percentile by the nearest rank, in milliseconds; `null` without any time.
 *
 * @param share from 0 to 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { addTime, type Histogram, percentile } from "./histogram.ts";
 *
 * const histogram: Histogram = new Map();
 * for (let ms = 1; ms <= 1000; ms++) addTime(histogram, ms);
 * assert(Math.abs(percentile(histogram, 0.95)! - 950) <= 950 * 0.05);
 * assert.equal(percentile(new Map(), 0.5), null);
 * ```
 */
export function percentile(histogram: Histogram, share: number): number | null {
  const places = [...histogram].sort(([a], [b]) => a - b);
  const total = places.reduce((sum, [, count]) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(share * total));
  let seen = 0;
  for (const [place, count] of places) if ((seen += count) >= rank) return middleOf(place);
  return null;
}

/** The time whose distance from both ends of a class is the same share of them. */
function middleOf(place: number): number {
  return place === 0 ? 0 : Number((GROWTH ** (place - 0.5)).toPrecision(3));
}

/** The least number of bytes that hold a histogram: classes and counts in turn, seven bits a byte. */
export function encodeHistogram(histogram: Histogram): Uint8Array {
  const bytes: number[] = [];
  for (const [place, count] of histogram) {
    pushNumber(bytes, place);
    pushNumber(bytes, count);
  }
  return Uint8Array.from(bytes);
}

/** Adds an encoded histogram to another. */
export function addEncoded(into: Histogram, bytes: Uint8Array): void {
  let [number, scale, place] = [0, 1, -1];
  for (const byte of bytes) {
    number += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte >= 0x80) continue;
    if (place < 0) place = number;
    else {
      into.set(place, (into.get(place) ?? 0) + number);
      place = -1;
    }
    [number, scale] = [0, 1];
  }
}

function pushNumber(bytes: number[], number: number): void {
  while (number >= 0x80) {
    bytes.push(number % 0x80 | 0x80);
    number = Math.floor(number / 0x80);
  }
  bytes.push(number);
}
