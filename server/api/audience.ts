/** The subscribers of one workspace. */
import type { Buffer } from "node:buffer";
import type { Subscriber } from "./subscriber.ts";

/** The part of a subscriber that an audience uses. */
type Member = Pick<Subscriber, "version" | "send">;

/** Sends in one turn of the event loop: about four milliseconds. */
const SENDS_PER_TURN = 512;

/**
 * Sends each change to all subscribers, in slices, so that thousands of them hold up no call. A change that comes meanwhile
 * replaces the state for those that are still to be sent to; the others get it afterwards.
 */
export class Audience<T extends Member = Subscriber> {
  readonly #members = new Set<T>();
  readonly #later: (run: () => void) => void;
  #frame: Buffer | null = null;
  /** Of the frame. A subscriber with another version has not been sent the frame. */
  #version = 0;
  /** Those that the present round sends to, from `#at` on; empty between rounds. */
  #round: T[] = [];
  #at = 0;

  /** @param later calls a function in a later turn of the event loop. */
  constructor(later: (run: () => void) => void = setImmediate) {
    this.#later = later;
  }

  get size(): number {
    return this.#members.size;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#members.values();
  }

  /** Adds a subscriber, who was sent the present state. */
  add(subscriber: T): void {
    subscriber.version = this.#version;
    this.#members.add(subscriber);
  }

  /** @returns whether the subscriber was one. */
  delete(subscriber: T): boolean {
    return this.#members.delete(subscriber);
  }

  /** Sends a state to all. */
  publish(frame: Buffer): void {
    this.#frame = frame;
    this.#version++;
    if (this.#round.length > 0) return;
    this.#round = [...this.#members];
    this.#sendSlice();
  }

  #sendSlice(): void {
    const end = Math.min(this.#round.length, this.#at + SENDS_PER_TURN);
    for (; this.#at < end; this.#at++) this.#send(this.#round[this.#at]);
    if (this.#at === this.#round.length) this.#nextRound();
    if (this.#round.length > 0) this.#later(() => this.#sendSlice());
  }

  #send(subscriber: T): void {
    if (subscriber.version === this.#version || !this.#members.has(subscriber)) return;
    subscriber.version = this.#version;
    subscriber.send(this.#frame!);
  }

  #nextRound(): void {
    this.#at = 0;
    this.#round = [...this.#members].filter(({ version }) => version !== this.#version);
  }
}
