/** History of a SQLite ledger: its worker keeps the sums, another thread reads them. */
import type { LedgerHistory } from "../../history/port.ts";
import type { HistoryAnswer, HistoryBounds, HistoryQuery } from "../../history/query.ts";
import type { AttemptSearch, FoundAttempt } from "../../history/search.ts";
import { LongReads } from "./long_reads.ts";

interface SqliteHistoryOptions {
  path: string;
  /** Writes the sums that the worker has in memory. */
  flush(): Promise<void>;
  shorten(bounds: HistoryBounds): Promise<void>;
}

export class SqliteHistory implements LedgerHistory {
  readonly #options: SqliteHistoryOptions;
  readonly #longReads = new LongReads();

  constructor(options: SqliteHistoryOptions) {
    this.#options = options;
  }

  async sums(query: HistoryQuery): Promise<HistoryAnswer> {
    await this.#options.flush();
    return await this.#longReads.history(this.#options.path, query);
  }

  async search(search: AttemptSearch): Promise<FoundAttempt[]> {
    await this.#options.flush();
    return await this.#longReads.search(this.#options.path, search);
  }

  call(call_id: string, workspaces: readonly string[] | null): Promise<FoundAttempt[]> {
    return this.#longReads.call(this.#options.path, { call_id, workspaces });
  }

  shorten(bounds: HistoryBounds): Promise<void> {
    return this.#options.shorten(bounds);
  }

  /** Ends the reading thread. */
  close(): void {
    this.#longReads.close();
  }
}
