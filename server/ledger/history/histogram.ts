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
 * Percentiles by the nearest rank, in milliseconds; `null` without any time.
 *
 * @param shares from 0 to 1, ascending.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { addTime, type Histogram, percentiles } from "./histogram.ts";
 *
 * const histogram: Histogram = new Map();
 * for (let ms = 1; ms <= 1000; ms++) addTime(histogram, ms);
 * const [median, p95] = percentiles(histogram, [0.5, 0.95])!;
 * assert(Math.abs(median - 500) <= 500 * 0.05 && Math.abs(p95 - 950) <= 950 * 0.05);
 * assert.equal(percentiles(new Map(), [0.5]), null);
 * ```
 */
export function percentiles(histogram: Histogram, shares: readonly number[]): number[] | null {
  if (histogram.size === 0) return null;
  const places = [...histogram.keys()].sort((a, b) => a - b);
  const total = places.reduce((sum, place) => sum + histogram.get(place)!, 0);
  let [at, seen] = [0, histogram.get(places[0])!];
  return shares.map((share) => {
    const rank = Math.max(1, Math.ceil(share * total));
    while (seen < rank) seen += histogram.get(places[++at])!;
    return middleOf(places[at]);
  });
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

/**
 * The histogram of its bytes. The bytes of several histograms, one after another, are those of their sum: their counts are
 * added in an array, because that is several times as fast as in a map.
 */
export function decodeHistogram(bytes: Uint8Array): Histogram {
  const counts: number[] = [];
  let [number, scale, place] = [0, 1, -1];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    number += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte >= 0x80) continue;
    if (place < 0) place = number;
    else {
      counts[place] = (counts[place] ?? 0) + number;
      place = -1;
    }
    number = 0;
    scale = 1;
  }
  const histogram: Histogram = new Map();
  counts.forEach((count, place) => histogram.set(place, count));
  return histogram;
}

function pushNumber(bytes: number[], number: number): void {
  while (number >= 0x80) {
    bytes.push(number % 0x80 | 0x80);
    number = Math.floor(number / 0x80);
  }
  bytes.push(number);
}
