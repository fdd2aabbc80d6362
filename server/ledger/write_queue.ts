/** Entries on their way to the disk: collected while earlier ones are written, so that batches form by themselves. */
import { type LedgerEntry, LedgerError } from "./ledger.ts";
import type { Committed } from "./sqlite_messages.ts";

/** One is being written, the next is there when it is done. */
const MAX_BATCHES_UNDER_WAY = 2;

/** The longest transaction: some 20 ms. */
const MAX_BATCH_ENTRIES = 2_048;

interface Pending {
  entry: LedgerEntry;
  resolve(isNew: boolean): void;
  reject(error: unknown): void;
}

/**
 * Groups entries without a timer: idle, an entry leaves in this turn; busy, it leaves with all others that came in the
 * meantime.
 */
export class WriteQueue {
  readonly #send: (entries: LedgerEntry[]) => Promise<Committed>;
  readonly #limit: number;
  #waiting: Pending[] = [];
  #underWay = 0;
  #size = 0;
  #scheduled = false;
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
  add(entry: LedgerEntry): Promise<boolean> {
    if (this.#size >= this.#limit) return Promise.reject(fullError(entry, this.#limit));
    this.#size++;
    this.#schedule();
    return new Promise((resolve, reject) => this.#waiting.push({ entry, resolve, reject }));
  }

  /** Resolves when nothing is waiting or under way. */
  drained(): Promise<void> {
    return this.#size === 0 ? Promise.resolve() : new Promise((resolve) => this.#drained.push(resolve));
  }

  #schedule(): void {
    if (this.#scheduled || this.#underWay >= MAX_BATCHES_UNDER_WAY) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#waiting.length > 0 && this.#underWay < MAX_BATCHES_UNDER_WAY) {
      // Halved, so that one half is written while the other's callers send again.
      const share = this.#underWay === 0 ? Math.ceil(this.#waiting.length / 2) : this.#waiting.length;
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
    this.#pump();
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
