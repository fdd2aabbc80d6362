/** Calls from the main thread to the ledger's worker, each matched with its reply. */
import type { HistoryBounds } from "../history/query.ts";
import { LedgerError } from "../ledger.ts";
import { toLedgerError } from "./errors.ts";
import type { Answer, Bounds, Committed, FileEvent, Question, Reply, Request } from "./messages.ts";

/** The part of a `Worker` that is used here. */
export type LedgerWorker = Pick<Worker, "postMessage" | "terminate" | "onmessage" | "onerror">;

interface WorkerCallsOptions {
  path: string;
  lockPath: string;
  bounds: Bounds;
  start: () => LedgerWorker;
  /** The worker has opened the file. */
  onReady: () => void;
  /** The journal has grown to this size. */
  onJournal: (bytes: number) => void;
  /** A batch waits, because another program locks the file. */
  onLocked: () => void;
  /** Something has happened to the files. */
  onFile: (event: FileEvent, path: string, why?: string) => void;
}

interface Pending {
  resolve(value: Answer | Committed | number): void;
  reject(error: LedgerError): void;
}

/**
 * Starts the worker with the first call. A worker that breaks (it throws, cannot open the file, or sends an unknown
 * reply) rejects all pending calls; the next call starts a new one, so that the service need not be restarted.
 */
export class WorkerCalls {
  readonly #options: WorkerCallsOptions;
  readonly #pending = new Map<number, Pending>();
  /** Another path than at first when another file has taken the ledger's place. */
  #path: string;
  #worker: LedgerWorker | undefined;
  #lastId = 0;
  #ended = Promise.withResolvers<void>();

  constructor(options: WorkerCallsOptions) {
    this.#options = options;
    this.#path = options.path;
  }

  /** Where the ledger is. */
  get path(): string {
    return this.#path;
  }

  /** Starts the worker ahead of the first call. */
  start(): void {
    try {
      this.#running();
    } catch {
      // The next call fails with the same error, and reports it.
    }
  }

  /** @param entries a batch, as `packed.ts` packs it. */
  commit(entries: string): Promise<Committed> {
    return this.#call((id) => ({ kind: "commit", id, entries })) as Promise<Committed>;
  }

  read(question: Question): Promise<Answer> {
    return this.#call((id) => ({ kind: "read", id, question })) as Promise<Answer>;
  }

  /** Deletes a batch of old attempts. Resolves with how many. */
  prune(before_ms: number): Promise<number> {
    return this.#call((id) => ({ kind: "prune", id, before_ms })) as Promise<number>;
  }

  /** Writes the sums of history that the worker has in memory. */
  async flushHistory(): Promise<void> {
    await this.#call((id) => ({ kind: "flush", id }));
  }

  async shortenHistory(bounds: HistoryBounds): Promise<void> {
    await this.#call((id) => ({ kind: "shorten", id, bounds }));
  }

  /** Lets the worker close the file, and ends it. */
  async close(): Promise<void> {
    if (!this.#worker) return;
    this.#worker.postMessage({ kind: "close" } satisfies Request);
    await this.#ended.promise;
    this.#end(new LedgerError("unavailable", `Cannot use the ledger ${this.#path}: it is closed.`));
  }

  #call(request: (id: number) => Request): Promise<Answer | Committed | number> {
    const id = ++this.#lastId;
    return new Promise<Answer | Committed | number>((resolve, reject) => {
      const worker = this.#running();
      this.#pending.set(id, { resolve, reject });
      worker.postMessage(request(id));
    });
  }

  #running(): LedgerWorker {
    return this.#worker ??= this.#start();
  }

  #start(): LedgerWorker {
    const { lockPath, bounds, start } = this.#options;
    const path = this.#path;
    const worker = startWorker(start, path);
    this.#ended = Promise.withResolvers();
    worker.onmessage = ({ data }: MessageEvent<Reply | null>) => {
      // A worker that was ended may have sent more messages before.
      if (worker === this.#worker) this.#receive(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (worker === this.#worker) this.#break(event.message);
    };
    worker.postMessage({ kind: "open", path, lockPath, bounds } satisfies Request);
    return worker;
  }

  #receive(reply: Reply | null): void {
    if (reply?.kind === "ready") return this.#options.onReady();
    if (reply?.kind === "journal") return this.#options.onJournal(reply.bytes);
    if (reply?.kind === "locked") return this.#options.onLocked();
    if (reply?.kind === "file") return this.#fileChanged(reply);
    if (reply?.kind === "closed") return this.#ended.resolve();
    if (reply?.kind === "broken") return this.#end(new LedgerError(reply.code, reply.message));
    const pending = reply ? this.#pending.get(reply.id) : undefined;
    if (!reply || !pending) return this.#break("its worker sent an unknown reply");
    this.#pending.delete(reply.id);
    if (reply.kind === "committed") pending.resolve(reply.committed);
    else if (reply.kind === "pruned") pending.resolve(reply.deleted);
    else if (reply.kind === "answer") pending.resolve(reply.answer);
    else if (reply.kind === "done") pending.resolve(0);
    else pending.reject(new LedgerError(reply.code, reply.message));
  }

  #fileChanged({ event, path, why }: Extract<Reply, { kind: "file" }>): void {
    this.#path = path;
    this.#options.onFile(event, path, why);
  }

  #break(reason: string): void {
    this.#end(new LedgerError("unavailable", `Cannot use the ledger ${this.#path}: ${reason}.`));
  }

  /** Ends the worker and rejects all pending calls. */
  #end(error: LedgerError): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    this.#ended.resolve();
  }
}

function startWorker(start: () => LedgerWorker, path: string): LedgerWorker {
  try {
    return start();
  } catch (error) {
    throw toLedgerError(`start the worker of the ledger ${path}`, error);
  }
}
