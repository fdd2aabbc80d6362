/**
 * Finds exchanges and connections on which nothing was received for too long. One sweep over all of them replaces a timer for
 * each: a timer that is reset by every chunk would cost more than reading the chunk.
 */
import type { Clock } from "../../core/clock.ts";
import { type IndexedMember, IndexedSet } from "../../core/indexed_set.ts";

/** Sweeps in one timeout: an exchange times out at most a tenth late. */
const SWEEPS = 10;

/** A timer with a longer span would fire immediately. */
const MAX_SPAN_MS = 2 ** 31 - 1;

/** After a sweep that was late by more than one span, the event loop reads for so long what has arrived meanwhile. */
const GRACE_MS = 100;

/** An exchange, or anything else with a time limit. */
export interface Watched extends IndexedMember {
  /** The number of sweeps before it was last touched; set by {@link IdleTimeout}. */
  sweep: number;
  /** Called once, when it was not touched for too long. */
  timedOut(): void;
}

/** The timers keep no process alive: the exchanges do. */
const MONOTONIC: Clock = {
  now: () => performance.now(),
  every(ms, fn) {
    // `setInterval` returns an object, which the types call a number; `unrefTimer` takes only the object.
    const timer = setInterval(fn, ms) as unknown as number;
    Deno.unrefTimer(timer);
    return () => clearInterval(timer);
  },
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

export class IdleTimeout {
  readonly timeout_ms: number;
  readonly #open = new IndexedSet<Watched>();
  #sweep = 0;
  #stopTimer: (() => void) | null = null;
  #swept_at = 0;
  readonly #clock: Clock;

  /** @param clock monotonic. */
  constructor(timeout_ms: number, clock: Clock = MONOTONIC) {
    this.timeout_ms = Math.min(timeout_ms, MAX_SPAN_MS * SWEEPS);
    this.#clock = clock;
  }

  /** Begins to watch. */
  start(watched: Watched): void {
    watched.sweep = this.#sweep;
    this.#open.add(watched);
    this.#stopTimer ??= this.#startTimer();
  }

  /** Something was received: the time begins anew. */
  touch(watched: Watched): void {
    watched.sweep = this.#sweep;
  }

  /** Ends watching one. */
  stop(watched: Watched): void {
    this.#open.delete(watched);
  }

  /** Times all out. */
  expire(): void {
    const members = this.#open.members();
    this.close();
    for (const watched of members) watched.timedOut();
  }

  /** Ends watching all. */
  close(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
    this.#open.clear();
  }

  #startTimer(): () => void {
    const span_ms = Math.max(1, this.timeout_ms / SWEEPS);
    this.#swept_at = this.#clock.now();
    return this.#clock.every(span_ms, () => this.#sweepWhenRead(span_ms));
  }

  /** After the event loop was blocked, bytes that wait to be read would be taken for missing ones. */
  #sweepWhenRead(span_ms: number): void {
    const now = this.#clock.now();
    const isLate = now - this.#swept_at > 2 * span_ms + GRACE_MS;
    this.#swept_at = now;
    if (isLate) this.#clock.after(GRACE_MS, () => this.#sweepAll());
    else this.#sweepAll();
  }

  #sweepAll(): void {
    this.#sweep++;
    for (const watched of this.#open.members()) {
      if (this.#sweep - watched.sweep <= SWEEPS) continue;
      this.#open.delete(watched);
      watched.timedOut();
    }
    // Stopped by a sweep that finds nothing, not by the end of the last exchange: calls come more often than sweeps.
    if (this.#open.size === 0) this.close();
  }
}
