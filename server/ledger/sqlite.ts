/** The ledger in a SQLite file: opened and first read here, written and later read in a worker. */
import type { Notice } from "../../shared/api.ts";
import {
  type AttemptRow,
  type Ledger,
  type LedgerEntry,
  LedgerError,
  type ModelUsage,
  type RebuildData,
} from "./ledger.ts";
import { toLedgerError } from "./sqlite_errors.ts";
import type { Answer, Committed, Question, Reply, Request } from "./sqlite_messages.ts";
import { type OpenedFile, openFile } from "./sqlite_open.ts";
import { LedgerReader } from "./sqlite_read.ts";
import { WriteQueue } from "./write_queue.ts";

/** Bounds; the defaults are the service's. */
export interface SqliteLedgerOptions {
  /** How many entries may wait for the disk before appends are refused. Default 100,000. */
  maxWaiting?: number;
  /** How long a commit waits for another connection that has the file, in milliseconds. Default 30,000. */
  lockWaitMs?: number;
}

/**
 * Opens the ledger file at `path`, made with its folder if it is not there.
 *
 * The file is opened and read on the caller's thread until the worker has started: a start needs its counters at once,
 * a worker takes some 20 ms, and no call is there yet to be held up.
 *
 * @throws {LedgerError} `unwritable`, `in_use`, `corrupt` (the file is left as it is), `unavailable`.
 */
export function openSqliteLedger(path: string, options: SqliteLedgerOptions = {}): Promise<Ledger> {
  return Promise.try(() => new SqliteLedger(path, openFile(path), options));
}

type Resolve = (value: Answer | Committed) => void;

class SqliteLedger implements Ledger {
  readonly #path: string;
  readonly #file: OpenedFile;
  readonly #worker = new Worker(new URL("./sqlite_worker.ts", import.meta.url), { type: "module" });
  readonly #queue: WriteQueue;
  readonly #asked = new Map<number, { resolve: Resolve; reject(error: LedgerError): void }>();
  /** Reads here until the worker is ready. */
  #reader: LedgerReader | undefined;
  #lastId = 0;
  #broken: LedgerError | undefined;
  #closing: Promise<void> | undefined;
  #workerEnded = Promise.withResolvers<void>();

  constructor(path: string, file: OpenedFile, { maxWaiting = 100_000, lockWaitMs = 30_000 }: SqliteLedgerOptions) {
    this.#path = path;
    this.#file = file;
    this.#reader = new LedgerReader(file.db);
    this.#queue = new WriteQueue((entries) => this.#commit(entries), maxWaiting);
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#hear(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#break(
        new LedgerError("unavailable", `Cannot use the ledger ${path}: ${event.message}. Restart the service.`),
      );
    };
    this.#post({ kind: "open", path, lockWaitMs });
  }

  append(entry: LedgerEntry): Promise<boolean> {
    return this.#closing ? Promise.reject(closedError("append to")) : this.#queue.add(entry);
  }

  rebuild(since_ms: number, day_start_ms: number): Promise<RebuildData> {
    return this.#read({ method: "rebuild", args: [since_ms, day_start_ms] }) as Promise<RebuildData>;
  }

  usage(workspace_id: string, from_ms: number, to_ms: number): Promise<ModelUsage[]> {
    return this.#read({ method: "usage", args: [workspace_id, from_ms, to_ms] }) as Promise<ModelUsage[]>;
  }

  notices(workspace_id: string, limit: number): Promise<Notice[]> {
    return this.#read({ method: "notices", args: [workspace_id, limit] }) as Promise<Notice[]>;
  }

  attempts(workspace_id: string, limit: number): Promise<AttemptRow[]> {
    return this.#read({ method: "attempts", args: [workspace_id, limit] }) as Promise<AttemptRow[]>;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #commit(entries: LedgerEntry[]): Promise<Committed> {
    return this.#ask((id) => ({ kind: "commit", id, entries: JSON.stringify(entries) })) as Promise<Committed>;
  }

  #read(question: Question): Promise<Answer> {
    if (this.#closing) return Promise.reject(closedError("read"));
    const reader = this.#reader;
    if (!reader) return this.#ask((id) => ({ kind: "read", id, question })) as Promise<Answer>;
    // The pair comes from one Question, which TypeScript cannot see through the union.
    const ask = reader[question.method].bind(reader) as (...args: Question["args"]) => Answer;
    return Promise.try(() => ask(...question.args)).catch((error) => {
      throw toLedgerError(`read the ledger ${this.#path}`, error);
    });
  }

  #ask(request: (id: number) => Request): Promise<Answer | Committed> {
    if (this.#broken) return Promise.reject(this.#broken);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#post(request(id));
    });
  }

  #post(request: Request): void {
    this.#worker.postMessage(request);
  }

  #hear(reply: Reply): void {
    if (reply.kind === "ready") return this.#releaseReader();
    if (reply.kind === "closed") return this.#workerEnded.resolve();
    if (reply.kind === "broken") return this.#break(new LedgerError(reply.code, reply.message));
    const asked = this.#asked.get(reply.id);
    this.#asked.delete(reply.id);
    if (reply.kind === "committed") asked?.resolve(reply.committed);
    else if (reply.kind === "answer") asked?.resolve(reply.answer);
    else asked?.reject(new LedgerError(reply.code, reply.message));
  }

  #releaseReader(): void {
    if (this.#reader) this.#file.db.close();
    this.#reader = undefined;
  }

  #break(error: LedgerError): void {
    this.#broken = error;
    for (const { reject } of this.#asked.values()) reject(error);
    this.#asked.clear();
    this.#workerEnded.resolve();
  }

  async #close(): Promise<void> {
    await this.#queue.drained();
    this.#post({ kind: "close" });
    await this.#workerEnded.promise;
    this.#worker.terminate();
    this.#releaseReader();
    this.#file.lock[Symbol.dispose]();
  }
}

function closedError(verb: string): LedgerError {
  return new LedgerError("unavailable", `Cannot ${verb} the ledger: it is closed.`);
}
