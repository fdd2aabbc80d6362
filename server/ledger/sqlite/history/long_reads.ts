/** Reads that may take long, on a thread of their own: no call and no commit waits for them. */
import type { HistoryAnswer, HistoryQuery } from "../../history/query.ts";
import type { AttemptPlace, AttemptSearch, FoundAttempt, FoundPage } from "../../history/search.ts";
import type { UsesPage, UsesQuery } from "../../history/uses.ts";
import { type Ledger, LedgerError, type LedgerErrorCode, type Spend } from "../../ledger.ts";

interface CallQuestion {
  call_id: string;
  workspaces: readonly string[] | null;
}

export type LongQuestion =
  | { query: HistoryQuery }
  | { search: AttemptSearch }
  | { call: CallQuestion }
  | { usesFrom: UsesQuery }
  | { uses: UsesQuery; after: AttemptPlace | null }
  | { spend: Parameters<Ledger["spend"]> };
export type LongAnswer = HistoryAnswer | FoundPage | FoundAttempt[] | number | UsesPage | Spend;

export interface LongRequest {
  id: number;
  path: string;
  question: LongQuestion;
}

export type LongReply =
  | { id: number; answer: LongAnswer; failure?: undefined }
  | { id: number; failure: { code: LedgerErrorCode; message: string } };

interface Pending {
  resolve(answer: LongAnswer): void;
  reject(error: LedgerError): void;
}

/** The thread ends when nothing was read for this long: it takes 20 MB. */
const IDLE_MS = 60_000;

export class LongReads {
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | null = null;
  #lastId = 0;
  #isClosed = false;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;

  history(path: string, query: HistoryQuery): Promise<HistoryAnswer> {
    return this.#ask(path, { query }) as Promise<HistoryAnswer>;
  }

  search(path: string, search: AttemptSearch): Promise<FoundPage> {
    return this.#ask(path, { search }) as Promise<FoundPage>;
  }

  call(path: string, call: CallQuestion): Promise<FoundAttempt[]> {
    return this.#ask(path, { call }) as Promise<FoundAttempt[]>;
  }

  usesFrom(path: string, usesFrom: UsesQuery): Promise<number> {
    return this.#ask(path, { usesFrom }) as Promise<number>;
  }

  uses(path: string, uses: UsesQuery, after: AttemptPlace | null): Promise<UsesPage> {
    return this.#ask(path, { uses, after }) as Promise<UsesPage>;
  }

  spend(path: string, spend: Parameters<Ledger["spend"]>): Promise<Spend> {
    return this.#ask(path, { spend }) as Promise<Spend>;
  }

  /** Ends the thread for good. Reads in progress fail, and so do later ones. */
  close(): void {
    this.#isClosed = true;
    this.#end();
  }

  /** Ends the thread. Reads in progress fail. */
  #end(): void {
    clearTimeout(this.#idleTimer);
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#pending.values()) reject(ended());
    this.#pending.clear();
  }

  #ask(path: string, question: LongQuestion): Promise<LongAnswer> {
    if (this.#isClosed) return Promise.reject(ended());
    clearTimeout(this.#idleTimer);
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<LongAnswer>();
    this.#pending.set(id, { resolve, reject });
    (this.#worker ??= this.#start()).postMessage({ id, path, question } satisfies LongRequest);
    return promise;
  }

  #start(): Worker {
    const worker = new Worker(new URL("./long_reads_worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<LongReply>) => this.#receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#end();
    };
    return worker;
  }

  #receive(reply: LongReply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (reply.failure) pending?.reject(new LedgerError(reply.failure.code, reply.failure.message));
    else pending?.resolve(reply.answer);
    if (this.#pending.size === 0) this.#idleTimer = setTimeout(() => this.#end(), IDLE_MS);
  }
}

function ended(): LedgerError {
  return new LedgerError("unavailable", "Cannot read the ledger: its reader has ended. Ask again.");
}
