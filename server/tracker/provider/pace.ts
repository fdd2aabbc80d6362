/** Whether a pool's streams begin far later than they used to: a slow upstream, told by its own recent past. */

/** The latest, whose median is now; and those before them, whose median is what was usual. */
const LATEST = 8;
const BEFORE = 24;
const FEWEST_BEFORE = 16;

/** Slow is at least this long, and so many times what was usual: a long question alone takes a while to begin. */
const SLOW_MS = 10_000;
const SLOW_TIMES = 4;

/** Without a new answer nothing is known after this long. */
const BELIEVED_MS = 2 * 60_000;

/** How long until the first byte: now, and usually. */
export interface Slowness {
  now_ms: number;
  usual_ms: number;
  /** Epoch milliseconds until which it is believed. */
  until_ms: number;
}

/** First bytes of one pool. What stays slow becomes the usual, so that this ends by itself. */
export class ProviderPace {
  readonly #first_bytes: number[] = [];
  #slowness: Slowness | null = null;

  add(first_byte_ms: number, at_ms: number): void {
    this.#first_bytes.push(first_byte_ms);
    if (this.#first_bytes.length > LATEST + BEFORE) this.#first_bytes.shift();
    this.#slowness = null;
    if (this.#first_bytes.length < LATEST + FEWEST_BEFORE) return;
    const now_ms = median(this.#first_bytes.slice(-LATEST));
    if (now_ms < SLOW_MS) return;
    const usual_ms = median(this.#first_bytes.slice(0, -LATEST));
    if (now_ms >= SLOW_TIMES * usual_ms) this.#slowness = { now_ms, usual_ms, until_ms: at_ms + BELIEVED_MS };
  }

  /** `null` while it is as usual. */
  slowness(now_ms: number): Slowness | null {
    return this.#slowness && now_ms < this.#slowness.until_ms ? this.#slowness : null;
  }
}

function median(values: number[]): number {
  return values.sort((one, other) => one - other)[values.length >> 1];
}
