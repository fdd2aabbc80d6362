/** The ledger in a SQLite file: opened and first read here, written and later read in a worker. */
import type { Notice } from "../../../shared/api.ts";
import {
  type AttemptRow,
  type Ended,
  type Ledger,
  type LedgerEntry,
  LedgerError,
  type ModelUsage,
  type RebuildData,
} from "../ledger.ts";
import { toLedgerError } from "./errors.ts";
import type { Answer, Bounds, Committed, Question, Reply, Request } from "./messages.ts";
import { type OpenedFile, openFile } from "./open.ts";
import { packEntries } from "./packed.ts";
import { LedgerReader } from "./read.ts";
import { WriteQueue } from "./write_queue.ts";

/** Bounds; the defaults are the service's. */
interface SqliteLedgerOptions {
  /** How many entries may wait for the disk before appends are refused. Default 100,000. */
  maxWaiting?: number;
  /** How long a commit waits for another connection that has the file, in milliseconds. Default 30,000. */
  lockWaitMs?: number;
  /** From which size in bytes the journal is told of. Default 256 MiB; it is 4 MiB where nobody reads for long. */
  journalAlarmBytes?: number;
  /** Told of the journal's size when it is past that, and whenever it has doubled since: somebody reads for long. */
  onJournal?: (bytes: number) => void;
}

/**
 * Opens the ledger file at `path`, made with its folder if it is not there.
 *
 * The file is opened, and read until the worker is there, on the caller's thread: a start needs its counters at once,
 * and no call is there yet to be held up. The worker is made with the first append or a moment later, since making it
 * blocks its maker for some 10 ms, a third of a cold start.
 *
 * @throws {LedgerError} `unwritable`, `in_use`, `corrupt` (the file is left as it is), `unavailable`.
 */
export function openSqliteLedger(path: string, options: SqliteLedgerOptions = {}): Promise<Ledger> {
  return Promise.try(() => new SqliteLedger(path, openFile(path), options));
}

/** How long an entry may lie, right after a commit, for others to be written with it: a commit costs 100 entries. */
const AWAITED_MS = 1;
const UNAWAITED_MS = 20;

/** By then the service has answered its first request. */
const WORKER_DELAY_MS = 250;

type Resolve = (value: Answer | Committed) => void;

class SqliteLedger implements Ledger {
  readonly #path: string;
  readonly #file: OpenedFile;
  readonly #bounds: Bounds;
  readonly #onJournal: (bytes: number) => void;
  readonly #queue: WriteQueue;
  readonly #asked = new Map<number, { resolve: Resolve; reject(error: LedgerError): void }>();
  /** Reads here until the worker is ready. */
  #reader: LedgerReader | undefined;
  #worker: Worker | undefined;
  readonly #workerTimer: ReturnType<typeof setTimeout>;
  #lastId = 0;
  #closing: Promise<void> | undefined;
  #workerEnded = Promise.withResolvers<void>();

  constructor(path: string, file: OpenedFile, options: SqliteLedgerOptions) {
    const { maxWaiting = 100_000, lockWaitMs = 30_000, journalAlarmBytes, onJournal } = options;
    this.#path = path;
    this.#file = file;
    this.#reader = new LedgerReader(file.db);
    this.#queue = new WriteQueue((entries) => this.#commit(entries), maxWaiting);
    this.#bounds = { lockWaitMs, journalAlarmBytes };
    this.#onJournal = onJournal ?? (() => {});
    this.#workerTimer = setTimeout(() => this.#startWorker(), WORKER_DELAY_MS);
  }

  append(entry: LedgerEntry): Promise<boolean> {
    return this.#closing ? Promise.reject(closedError("append to")) : this.#queue.add(entry, AWAITED_MS);
  }

  write(entry: LedgerEntry, ended: Ended): void {
    if (this.#closing) queueMicrotask(() => ended(entry, closedError("write to")));
    else this.#queue.put(entry, UNAWAITED_MS, ended);
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

  attempts(...args: Parameters<Ledger["attempts"]>): Promise<AttemptRow[]> {
    return this.#read({ method: "attempts", args }) as Promise<AttemptRow[]>;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #commit(entries: LedgerEntry[]): Promise<Committed> {
    return this.#ask((id) => ({ kind: "commit", id, entries: packEntries(entries) })) as Promise<Committed>;
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
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#post(request(id));
    });
  }

  #post(request: Request): void {
    this.#worker ??= this.#startWorker();
    this.#worker.postMessage(request);
  }

  #startWorker(): Worker {
    clearTimeout(this.#workerTimer);
    this.#workerEnded = Promise.withResolvers();
    const worker = this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#break(new LedgerError("unavailable", `Cannot use the ledger ${this.#path}: ${event.message}.`));
    };
    this.#post({ kind: "open", path: this.#path, bounds: this.#bounds });
    return worker;
  }

  #hear(reply: Reply): void {
    if (reply.kind === "ready") return this.#releaseReader();
    if (reply.kind === "journal") return this.#onJournal(reply.bytes);
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

  /** The next append or read makes a new worker: nothing has to be restarted by hand. */
  #break(error: LedgerError): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#asked.values()) reject(error);
    this.#asked.clear();
    this.#workerEnded.resolve();
  }

  async #close(): Promise<void> {
    await this.#queue.drained();
    clearTimeout(this.#workerTimer);
    if (this.#worker) await this.#closeWorker(this.#worker);
    this.#releaseReader();
    this.#file.lock[Symbol.dispose]();
  }

  async #closeWorker(worker: Worker): Promise<void> {
    this.#post({ kind: "close" });
    await this.#workerEnded.promise;
    worker.terminate();
  }
}

function closedError(verb: string): LedgerError {
  return new LedgerError("unavailable", `Cannot ${verb} the ledger: it is closed.`);
}
