/**
 * Finds upstreams that have fallen silent: one sweep over all open exchanges now and then, because a timer for each call,
 * set anew with each of its chunks, costs more than reading them.
 */
import { Bag, type Placed } from "../../core/bag.ts";

/** Sweeps in the span that is too long: an upstream is given up after it, at most a tenth late. */
const SWEEPS = 10;

/** One open exchange. */
export interface Listening extends Placed {
  /** The sweep before which it was last heard; kept by the watch. */
  sweep: number;
  /** Called once, when nothing was heard for too long. */
  silent(): void;
}

export class SilenceWatch {
  readonly #silence_ms: number;
  readonly #open = new Bag<Listening>();
  #sweep = 0;
  #timer: number | null = null;

  /** @param silence_ms after which an exchange that was not heard is silent. */
  constructor(silence_ms: number) {
    this.#silence_ms = silence_ms;
  }

  get silence_ms(): number {
    return this.#silence_ms;
  }

  /** Listens from now on. */
  listen(listening: Listening): void {
    listening.sweep = this.#sweep;
    this.#open.add(listening);
    this.#timer ??= this.#start();
  }

  /** Something came. */
  heard(listening: Listening): void {
    listening.sweep = this.#sweep;
  }

  /** It is over. */
  end(listening: Listening): void {
    this.#open.delete(listening);
  }

  /** Stops watching. */
  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#open.clear();
  }

  #start(): number {
    // Deno's timers are objects, and its types call them numbers; only the object itself can be let go of.
    const timer = setInterval(() => this.#look(), Math.max(1, this.#silence_ms / SWEEPS)) as unknown as number;
    // Watching keeps no process alive: what is watched does.
    Deno.unrefTimer(timer);
    return timer;
  }

  #look(): void {
    this.#sweep++;
    for (const listening of this.#open.members()) {
      if (this.#sweep - listening.sweep <= SWEEPS) continue;
      this.#open.delete(listening);
      listening.silent();
    }
    // Not with the last exchange but with the first sweep that finds none: calls come and go faster than sweeps.
    if (this.#open.size === 0) this.close();
  }
}
