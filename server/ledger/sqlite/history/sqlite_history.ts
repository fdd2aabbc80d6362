/** History of a SQLite ledger: its worker keeps the sums, another thread reads them. */
import type { LedgerHistory } from "../../history/port.ts";
import type { HistoryAnswer, HistoryBounds, HistoryQuery } from "../../history/query.ts";
import type { AttemptSearch, FoundAttempt, FoundPage } from "../../history/search.ts";
import type { AttemptUses, UsesPage, UsesQuery } from "../../history/uses.ts";
import type { Ledger, Spend } from "../../ledger.ts";
import { LongReads } from "./long_reads.ts";

interface SqliteHistoryOptions {
  /** Where the ledger is now. */
  path: () => string;
  /** Writes the sums that the worker has in memory. */
  flush(): Promise<void>;
  shorten(bounds: HistoryBounds): Promise<void>;
}

export class SqliteHistory implements LedgerHistory {
  readonly #options: SqliteHistoryOptions;
  readonly #longReads = new LongReads();
  /** A thread of its own: a month has millions of attempts, for which commits and dashboards must not wait. */
  readonly #spendReads = new LongReads();

  constructor(options: SqliteHistoryOptions) {
    this.#options = options;
  }

  async sums(query: HistoryQuery): Promise<HistoryAnswer> {
    await this.#options.flush();
    return await this.#longReads.history(this.#options.path(), query);
  }

  /** Needs no flush: attempts that are in no sum yet are found by their place. */
  search(search: AttemptSearch): Promise<FoundPage> {
    return this.#longReads.search(this.#options.path(), search);
  }

  call(call_id: string, workspaces: readonly string[] | null): Promise<FoundAttempt[]> {
    return this.#longReads.call(this.#options.path(), { call_id, workspaces });
  }

  spend(args: Parameters<Ledger["spend"]>): Promise<Spend> {
    return this.#spendReads.spend(this.#options.path(), args);
  }

  async uses(query: UsesQuery): Promise<AttemptUses> {
    const from_ms = await this.#longReads.usesFrom(this.#options.path(), query);
    return { from_ms, pages: this.#pages({ ...query, from_ms }) };
  }

  async *#pages(query: UsesQuery): AsyncGenerator<UsesPage["uses"]> {
    const read = (after: UsesPage["next"]) => this.#longReads.uses(this.#options.path(), query, after);
    let reading = read(null);
    while (true) {
      const { uses, next } = await reading;
      // While this thread works on a page, the other one reads the next.
      if (next !== null) reading = read(next);
      // A loop that has ended does not take its failure.
      reading.catch(() => {});
      yield uses;
      if (next === null) return;
    }
  }

  shorten(bounds: HistoryBounds): Promise<void> {
    return this.#options.shorten(bounds);
  }

  /** Ends the reading threads. */
  close(): void {
    this.#longReads.close();
    this.#spendReads.close();
  }
}
