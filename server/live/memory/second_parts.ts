/**
 * The counts of each second of a minute in eighths, so that a busy minute opens little by little. A ring of whole seconds
 * opens once a second, for the calls that come first then: it refuses a sixth more calls of real traffic.
 *
 * It adds twenty times the memory of a ring, so only counters have it that are busy and close to a limit.
 */
import { type Limits, MINUTE_SPAN_S } from "../../core/limits.ts";
import { type Counter, type RecordedParts, WORD } from "./counter_page.ts";

const PARTS = 8;
const PART_MS = 1000 / PARTS;

/** Requests and tokens. */
const COUNTS = 2;

/** Requests within the minute from which a counter is busy. */
const BUSY = 100;

/** The share of a limit from which a counter is close to it. */
const CLOSE = 1 / 2;

/** Counters with parts at the same time: those that got them last. Each has 8 kB. */
const MAX_COUNTERS = 2048;

/** The parts of one counter's seconds. */
export class SecondParts implements RecordedParts {
  readonly #counts = new Float64Array(MINUTE_SPAN_S * PARTS * COUNTS);
  /** The second in each place. */
  readonly #seconds = new Float64Array(MINUTE_SPAN_S);

  /** @param since_s the second in which recording begins: it and earlier ones have no parts. */
  constructor(readonly since_s: number) {}

  add(at_ms: number, requests: number, tokens: number): void {
    const second = Math.floor(at_ms / 1000);
    const place = second % MINUTE_SPAN_S;
    if (second <= this.since_s || second < this.#seconds[place]) return;
    if (second > this.#seconds[place]) {
      this.#seconds[place] = second;
      this.#counts.fill(0, place * PARTS * COUNTS, (place + 1) * PARTS * COUNTS);
    }
    const at = (place * PARTS + partOf(at_ms)) * COUNTS;
    this.#counts[at] += requests;
    this.#counts[at + 1] += tokens;
  }

  left(now_ms: number, kind: "requests" | "tokens"): number {
    const second = Math.floor(now_ms / 1000) - MINUTE_SPAN_S + 1;
    const place = second % MINUTE_SPAN_S;
    if (this.#seconds[place] !== second) return 0;
    let sum = 0;
    const first = place * PARTS * COUNTS + (kind === "requests" ? 0 : 1);
    for (let part = 0; part < partOf(now_ms); part++) sum += this.#counts[first + part * COUNTS];
    return sum;
  }
}

/** What has left the minute of a counter, but is still in its ring's sum. The ring is advanced to `now_ms`. */
export function leftOf({ parts, page, at }: Counter, now_ms: number, kind: "requests" | "tokens"): number {
  // After the clock has stepped back, the ring ends later than the parts that would be read.
  if (parts === null || page.words[at + WORD.advanced_to] !== Math.floor(now_ms / 1000)) return 0;
  return parts.left(now_ms, kind);
}

interface MinuteCounts {
  minute_requests: number;
  minute_tokens: number;
}

/** Whether counters are busy and close to a limit of the minute. */
export function needsParts(limits: Limits, taken: MinuteCounts): boolean {
  if (taken.minute_requests < BUSY) return false;
  const { requests_per_minute, tokens_per_minute } = limits;
  return taken.minute_requests >= CLOSE * (requests_per_minute ?? Infinity) ||
    taken.minute_tokens >= CLOSE * (tokens_per_minute ?? Infinity);
}

/** The parts of all counters that have them. */
export class SecondPartsPool {
  /** The one that got its parts first comes first. */
  readonly #counters = new Set<Counter>();

  /** Gives counters parts from the next second on. */
  give(counters: readonly Counter[], now_s: number): void {
    for (const counter of counters) {
      if (counter.parts !== null) continue;
      for (const first of this.#counters) {
        if (this.#counters.size < MAX_COUNTERS) break;
        this.drop(first);
      }
      counter.parts = new SecondParts(now_s);
      this.#counters.add(counter);
    }
  }

  /** Takes a counter's parts: from now on its minute opens by whole seconds. */
  drop(counter: Counter): void {
    if (counter.parts === null) return;
    counter.parts = null;
    this.#counters.delete(counter);
  }
}

function partOf(ms: number): number {
  return Math.floor(ms % 1000 / PART_MS);
}
