/** Entries on their way to the disk: collected while earlier ones are written, so that batches form by themselves. */
import { type LedgerEntry, LedgerError } from "./ledger.ts";
import type { Committed } from "./sqlite_messages.ts";

/** One is being written, the next is there when it is done. */
const MAX_BATCHES_UNDER_WAY = 2;

/** The longest transaction: some 20 ms. */
const MAX_BATCH_ENTRIES = 2_048;

/** From as many waiting on, what counts is how many are written; below, that few commits write them. */
const BUSY = 256;

interface Pending {
  entry: LedgerEntry;
  resolve(isNew: boolean): void;
  reject(error: unknown): void;
}

/**
 * Groups entries: idle, an entry leaves in this turn; else it leaves with all others that came while the one before was
 * written, or in the moment after.
 */
export class WriteQueue {
  readonly #send: (entries: LedgerEntry[]) => Promise<Committed>;
  readonly #limit: number;
  #waiting: Pending[] = [];
  #underWay = 0;
  #size = 0;
  #scheduled = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the timer was set to; infinite while there is none. */
  #pause = Infinity;
  /** Of the most impatient that waits. */
  #patience_ms = Infinity;
  #committedAt = -Infinity;
  #drained: (() => void)[] = [];

  /**
   * @param send commits a batch as a whole or rejects it as a whole.
   * @param limit how many entries may be here, under way ones included.
   */
  constructor(send: (entries: LedgerEntry[]) => Promise<Committed>, limit: number) {
    this.#send = send;
    this.#limit = limit;
  }

  /** Resolves when committed, as {@link Ledger.append} does. */
  add(entry: LedgerEntry, patience_ms: number): Promise<boolean> {
    if (this.#size >= this.#limit) return Promise.reject(fullError(entry, this.#limit));
    this.#size++;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
      this.#patience_ms = Math.min(this.#patience_ms, patience_ms);
      this.#schedule();
    });
  }

  /** Resolves when nothing is waiting or under way. */
  drained(): Promise<void> {
    return this.#size === 0 ? Promise.resolve() : new Promise((resolve) => this.#drained.push(resolve));
  }

  /** Plans the next batch: now when idle or busy, else when the pause is over. */
  #schedule(): void {
    const busy = this.#waiting.length >= BUSY;
    if (this.#underWay >= (busy ? MAX_BATCHES_UNDER_WAY : 1)) return;
    // Each commit costs what a hundred entries cost, whatever is in it.
    const pause = busy ? 0 : this.#committedAt + this.#patience_ms - performance.now();
    if (pause > 0) this.#wait(pause);
    else if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(() => this.#leave());
    }
  }

  #wait(pause: number): void {
    if (pause >= this.#pause) return;
    clearTimeout(this.#timer);
    this.#pause = pause;
    this.#timer = setTimeout(() => this.#leave(), pause);
  }

  #leave(): void {
    clearTimeout(this.#timer);
    this.#pause = Infinity;
    this.#scheduled = false;
    this.#pump();
    if (this.#waiting.length === 0) this.#patience_ms = Infinity;
  }

  #pump(): void {
    while (this.#waiting.length > 0 && this.#underWay < MAX_BATCHES_UNDER_WAY) {
      // Halved when busy, so that one half is written while the other's callers send again.
      const halved = this.#underWay === 0 && this.#waiting.length >= BUSY;
      const share = halved ? Math.ceil(this.#waiting.length / 2) : this.#waiting.length;
      void this.#commit(this.#waiting.splice(0, Math.min(MAX_BATCH_ENTRIES, share)));
    }
  }

  async #commit(batch: Pending[]): Promise<void> {
    this.#underWay++;
    try {
      settle(batch, await this.#send(batch.map(({ entry }) => entry)));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    this.#underWay--;
    this.#size -= batch.length;
    this.#committedAt = performance.now();
    if (this.#waiting.length > 0) this.#schedule();
    if (this.#size === 0) this.#drained.splice(0).forEach((resolve) => resolve());
  }
}

function settle(batch: Pending[], { duplicates, refused }: Committed): void {
  for (const { index, code, message } of refused) batch[index].reject(new LedgerError(code, message));
  const known = new Set(duplicates);
  // Settling what is settled does nothing: the refused keep their error.
  batch.forEach(({ resolve }, index) => resolve(!known.has(index)));
}

function fullError(entry: LedgerEntry, limit: number): LedgerError {
  return new LedgerError(
    "full",
    `Cannot append ${entry.kind} "${entry.row.id}" to the ledger: ${limit} entries wait for the disk. Send it again ` +
      "when the disk keeps up.",
  );
}
