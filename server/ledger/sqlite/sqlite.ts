/** The ledger in a SQLite file. A worker writes it; reads use the caller's thread until the worker is ready. */
import type { Notice } from "../../../shared/api.ts";
import {
  type AttemptRow,
  type Ledger,
  type LedgerEntry,
  LedgerError,
  type ModelUsage,
  type OnWritten,
  type RebuildData,
} from "../ledger.ts";
import { toLedgerError } from "./errors.ts";
import type { Answer, Question } from "./messages.ts";
import { type OpenedFile, openFile } from "./open.ts";
import { packEntries } from "./packed.ts";
import { LedgerReader } from "./read.ts";
import { type LedgerWorker, WorkerCalls } from "./worker_calls.ts";
import { WriteQueue } from "./write_queue.ts";

/** Bounds; the defaults are the service's. */
interface SqliteLedgerOptions {
  /** How many entries may wait for the disk before appends are refused. Default 100,000. */
  maxWaiting?: number;
  /** How long a commit waits while another connection locks the file, in milliseconds. Default 30,000. */
  lockWaitMs?: number;
  /** The size in bytes from which `onJournal` is called. Default 256 MiB; without long readers the journal has 4 MiB. */
  journalAlarmBytes?: number;
  /** Called with the journal's size above the alarm, and each time it has doubled: another program reads for long. */
  onJournal?: (bytes: number) => void;
  /** Starts the worker; tests pass broken ones. */
  startWorker?: () => LedgerWorker;
}

/**
 * Opens the ledger file at `path`. Creates the file and its folder if they do not exist.
 *
 * The caller's thread opens the file, and reads it until the worker is ready: the service needs its counters to start,
 * and has no calls yet that a read could delay. The worker starts with the first append or 250 ms later, because
 * starting it blocks the thread for about 10 ms, a third of a cold start.
 *
 * @throws {LedgerError} `unwritable`, `in_use`, `corrupt` (the file is left as it is), `unavailable`.
 */
export function openSqliteLedger(path: string, options: SqliteLedgerOptions = {}): Promise<Ledger> {
  return Promise.try(() => new SqliteLedger(path, openFile(path), options));
}

/** Commit windows: how long after a commit an entry may wait for others to share the next one. */
const APPEND_WINDOW_MS = 1;
const WRITE_WINDOW_MS = 20;

/** By then the service has answered its first request. */
const WORKER_DELAY_MS = 250;

function startLedgerWorker(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
}

class SqliteLedger implements Ledger {
  readonly #path: string;
  readonly #file: OpenedFile;
  readonly #queue: WriteQueue;
  readonly #worker: WorkerCalls;
  readonly #workerTimer: ReturnType<typeof setTimeout>;
  /** Reads on this thread until the worker is ready. */
  #reader: LedgerReader | undefined;
  #closing: Promise<void> | undefined;

  constructor(path: string, file: OpenedFile, options: SqliteLedgerOptions) {
    const { maxWaiting = 100_000, lockWaitMs = 30_000, journalAlarmBytes, onJournal = () => {} } = options;
    this.#path = path;
    this.#file = file;
    this.#reader = new LedgerReader(file.db);
    this.#worker = new WorkerCalls({
      path,
      bounds: { lockWaitMs, journalAlarmBytes },
      start: options.startWorker ?? startLedgerWorker,
      onReady: () => this.#releaseReader(),
      onJournal,
    });
    this.#queue = new WriteQueue((entries) => this.#worker.commit(packEntries(entries)), maxWaiting);
    this.#workerTimer = setTimeout(() => this.#worker.start(), WORKER_DELAY_MS);
  }

  append(entry: LedgerEntry): Promise<boolean> {
    return this.#closing ? Promise.reject(closedError("append to")) : this.#queue.append(entry, APPEND_WINDOW_MS);
  }

  write(entry: LedgerEntry, onWritten: OnWritten): void {
    if (this.#closing) queueMicrotask(() => onWritten(entry, closedError("write to")));
    else this.#queue.write(entry, WRITE_WINDOW_MS, onWritten);
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

  #read(question: Question): Promise<Answer> {
    if (this.#closing) return Promise.reject(closedError("read"));
    const reader = this.#reader;
    if (!reader) return this.#worker.read(question);
    // Method and arguments come from one Question, which TypeScript does not see through the union.
    const ask = reader[question.method].bind(reader) as (...args: Question["args"]) => Answer;
    return Promise.try(() => ask(...question.args)).catch((error) => {
      throw toLedgerError(`read the ledger ${this.#path}`, error);
    });
  }

  #releaseReader(): void {
    if (this.#reader) this.#file.db.close();
    this.#reader = undefined;
  }

  async #close(): Promise<void> {
    await this.#queue.drained();
    clearTimeout(this.#workerTimer);
    await this.#worker.close();
    this.#releaseReader();
    this.#file.lock[Symbol.dispose]();
  }
}

function closedError(verb: string): LedgerError {
  return new LedgerError("unavailable", `Cannot ${verb} the ledger: it is closed.`);
}
