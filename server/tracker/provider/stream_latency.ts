/** Detects an upstream that has become slow, by comparing the time to the first byte of its streams with earlier ones. */
import { dropOldest } from "../drop_oldest.ts";
import { MAX_POOLS } from "./provider_limits.ts";

/** The median of the latest streams is compared with the median of those before them. */
const LATEST = 8;
const MAX_EARLIER = 24;
const MIN_EARLIER = 16;

/** Slow means both: at least this long, and at least this many times the usual. A long prompt alone also takes a while. */
const MIN_SLOW_MS = 10_000;
const MIN_SLOW_FACTOR = 4;

/** How long a finding stays valid without a new stream. */
const VALID_MS = 2 * 60_000;

/** Median times to the first byte. */
export interface Slowness {
  now_ms: number;
  usual_ms: number;
  /** Epoch milliseconds until which the finding is valid. */
  until_ms: number;
}

/** Times to the first byte of one pool. A latency that stays high becomes the usual one, which ends the finding. */
export class StreamLatency {
  readonly #first_bytes: number[] = [];
  #slowness: Slowness | null = null;

  add(first_byte_ms: number, at_ms: number): void {
    this.#first_bytes.push(first_byte_ms);
    if (this.#first_bytes.length > LATEST + MAX_EARLIER) this.#first_bytes.shift();
    this.#slowness = null;
    if (this.#first_bytes.length < LATEST + MIN_EARLIER) return;
    const now_ms = median(this.#first_bytes.slice(-LATEST));
    if (now_ms < MIN_SLOW_MS) return;
    const usual_ms = median(this.#first_bytes.slice(0, -LATEST));
    if (now_ms >= MIN_SLOW_FACTOR * usual_ms) this.#slowness = { now_ms, usual_ms, until_ms: at_ms + VALID_MS };
  }

  /** `null` while streams begin as usual. */
  slowness(now_ms: number): Slowness | null {
    return this.#slowness && now_ms < this.#slowness.until_ms ? this.#slowness : null;
  }
}

function median(values: number[]): number {
  return values.sort((one, other) => one - other)[values.length >> 1];
}

/** Latencies by pool. */
export class StreamLatencies {
  readonly #byPool = new Map<string, StreamLatency>();

  /** Takes the time to the first byte of a stream. */
  add(pool: string, first_byte_ms: number, at_ms: number): void {
    const latency = this.#byPool.get(pool) ?? new StreamLatency();
    latency.add(first_byte_ms, at_ms);
    this.#byPool.set(pool, latency);
    dropOldest(this.#byPool, MAX_POOLS);
  }

  /** The first pool whose streams begin far later than usual. */
  slowPool(now_ms: number): (Slowness & { pool: string }) | null {
    for (const [pool, latency] of this.#byPool) {
      const slowness = latency.slowness(now_ms);
      if (slowness) return { ...slowness, pool };
    }
    return null;
  }
}
