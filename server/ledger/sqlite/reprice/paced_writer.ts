/** Writes other costs in transactions of about the same time, with pauses for the service's own commits. */
import { isBusy } from "../errors.ts";
import { type CostChange, isChange } from "./cost_change.ts";
import type { CostWriter } from "./cost_writer.ts";

/** The time that a transaction should take: the service's commits wait for it. */
const TARGET_MS = 10;

/** Bounds of a transaction. The first one is small, because nothing is in memory yet. */
const MIN_CHANGES = 16, MAX_CHANGES = 2_000;

/** The pause after a transaction. */
const PAUSE_MS = 10;

/** How often a transaction is tried while another program locks the file. Each try waits for a quarter of a second. */
const MAX_TRIES = 100;

export class PacedWriter {
  readonly #writer: CostWriter;
  readonly #pause: (ms: number) => Promise<void>;
  #size = MIN_CHANGES;

  constructor(writer: CostWriter, pause: (ms: number) => Promise<void>) {
    this.#writer = writer;
    this.#pause = pause;
  }

  /** Calls `visit` for each attempt whose cost is the same, or has been written. */
  async write(batch: readonly CostChange[], visit: (change: CostChange) => void): Promise<void> {
    batch.filter((change) => !isChange(change)).forEach(visit);
    const changes = batch.filter(isChange);
    for (let done = 0; done < changes.length;) {
      const next = changes.slice(done, done + this.#size);
      (await this.#writeWhenFree(next)).forEach(visit);
      done += next.length;
    }
  }

  async #writeWhenFree(changes: readonly CostChange[]): Promise<CostChange[]> {
    for (let tries = 1;; tries++) {
      try {
        const written = this.#writeTimed(changes);
        await this.#pause(PAUSE_MS);
        return written;
      } catch (error) {
        if (!isBusy(error) || tries === MAX_TRIES) throw error;
        await this.#pause(PAUSE_MS);
      }
    }
  }

  #writeTimed(changes: readonly CostChange[]): CostChange[] {
    const start = performance.now();
    const written = this.#writer.write(changes);
    const took = performance.now() - start;
    if (took > TARGET_MS) this.#size = Math.max(MIN_CHANGES, this.#size >> 1);
    else if (took < TARGET_MS / 2) this.#size = Math.min(MAX_CHANGES, this.#size * 2);
    return written;
  }
}
