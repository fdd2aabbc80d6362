/** Writes the sums of history from time to time, and reads rows that have none yet, between the commits of the worker. */
import type { DatabaseSync } from "node:sqlite";
import type { LedgerEntry } from "../../ledger.ts";
import type { Committed } from "../messages.ts";
import { BATCH_ROWS, HistoryWriter } from "./writer.ts";

/** How often the sums are written. After a crash, the rows since then are read again. */
const WRITE_MS = 5_000;

/** Batches that a reader waits for: about 100 ms. */
const MAX_BATCHES = 20;

/** The pause between two batches of rows without sums. A batch takes about 5 ms. */
const CATCH_UP_MS = 20;

export class HistoryKeeper {
  readonly #writer: HistoryWriter;
  readonly #mayWrite: () => boolean;
  #timer: ReturnType<typeof setTimeout>;

  /** @param mayWrite whether the file is sound and in its place. */
  constructor(db: DatabaseSync, mayWrite: () => boolean) {
    this.#mayWrite = mayWrite;
    this.#writer = new HistoryWriter(db);
    this.#timer = setTimeout(() => this.#tick(), CATCH_UP_MS);
  }

  /** Adds the entries of a batch that are new in the ledger. */
  committed(entries: readonly LedgerEntry[], { duplicates, refused }: Committed): void {
    if (duplicates.length + refused.length === 0) return this.#writer.committed(entries);
    const left_out = new Set([...duplicates, ...refused.map(({ index }) => index)]);
    this.#writer.committed(entries.filter((_, index) => !left_out.has(index)));
  }

  /**
   * Writes the sums in memory, for a reader. After a crash it first reads what the last seconds have brought.
   *
   * @throws the database's own error.
   */
  flush(): void {
    let pending = this.#writer.flush();
    // After an update of a large ledger, the rows take minutes: waiting would change little.
    if (pending > MAX_BATCHES * BATCH_ROWS) return;
    while (pending > 0) pending = this.#writer.flush();
  }

  /** Writes the sums in memory, so that the next start need not read their rows again. */
  close(): void {
    clearTimeout(this.#timer);
    this.#tryToWrite();
  }

  /** Sums that cannot be written now are written later: their rows stay. */
  #tick(): void {
    const pending = this.#tryToWrite();
    this.#timer = setTimeout(() => this.#tick(), pending > 0 ? CATCH_UP_MS : WRITE_MS);
  }

  #tryToWrite(): number {
    try {
      return this.#mayWrite() ? this.#writer.flush() : 0;
    } catch {
      // Another program locks the file, or the disk is full or damaged, which the next commit reports.
      return 0;
    }
  }
}
