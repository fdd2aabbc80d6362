/** Tells listeners which workspaces have changed: the first change at once, then at most one round a frame. */
import type { Clock } from "../core/clock.ts";

/** Shortest time between two rounds. Latest wins, so what changes faster is told once. */
const FRAME_MS = 16;

/** Told of a workspace that has changed; it asks for the status itself. */
export type ChangeListener = (workspace_id: string) => void;

/** Gathers changes and tells them by the frame. */
export class Publisher {
  readonly #clock: Clock;
  readonly #listeners = new Set<ChangeListener>();
  #changed = new Set<string>();
  #cancel: (() => void) | null = null;
  #lastRound = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns how to stop listening. */
  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  touch(workspace_id: string): void {
    this.#changed.add(workspace_id);
    if (this.#cancel) return;
    const wait = Math.max(0, this.#lastRound + FRAME_MS - this.#clock.now());
    this.#cancel = this.#clock.after(wait, () => this.#round());
  }

  /** Forgets what waits to be told. */
  close(): void {
    this.#cancel?.();
    this.#changed.clear();
    this.#listeners.clear();
  }

  #round(): void {
    this.#cancel = null;
    this.#lastRound = this.#clock.now();
    const changed = this.#changed;
    this.#changed = new Set();
    for (const id of changed) for (const listener of this.#listeners) listener(id);
  }
}
