/** The ledger in a SQLite file. A worker writes it; reads use the caller's thread until the worker is ready. */
import type { Notice } from "../../../shared/api.ts";
import {
  type AttemptRow,
  type Ledger,
  type LedgerEntry,
  LedgerError,
  type ModelUsage,
  type OnWritten,
  type ProblemListener,
  type RebuildData,
  type Spend,
} from "../ledger.ts";
import type { HistoricLedger } from "../history/port.ts";
import { toLedgerError } from "./errors.ts";
import { HeldLock } from "./files/file.ts";
import type { Answer, Committed, FileEvent, Question } from "./messages.ts";
import { fileExists } from "../../runtime/file_exists.ts";
import { boundsOf, loadRescue, LOCK_REPORT_MS, type SqliteLedgerOptions, withDefaults } from "./options.ts";
import { type OpenedFile, openFile } from "./open.ts";
import { startOfQuarter } from "../rollup.ts";
import { SqliteHistory } from "./history/sqlite_history.ts";
import { packEntries } from "./write/packed.ts";
import { Problems } from "./files/problems.ts";
import { LedgerReader } from "./read.ts";
import { WorkerCalls } from "./worker_calls.ts";
import { WriteQueue } from "./write/queue.ts";

/**
 * Opens the ledger file at `path`. Creates the file and its folder if they do not exist.
 *
 * The caller's thread opens the file, and reads it until the worker is ready: the service needs its counters to start,
 * and has no calls yet that a read could delay. The worker starts with the first append or 250 ms later, because
 * starting it blocks the thread for about 10 ms, a third of a cold start.
 *
 * @throws {LedgerError} `unwritable`, `in_use`, `corrupt` (the file is left as it is), `unavailable`.
 */
export function openSqliteLedger(path: string, options: SqliteLedgerOptions = {}): Promise<HistoricLedger> {
  return Promise.try(() => new SqliteLedger(path, openFile(path), withDefaults(options)));
}

/** Commit windows: how long an entry may wait for others to share a commit. */
const APPEND_WINDOW_MS = 1;
const WRITE_WINDOW_MS = 20;

/** By then the service has answered its first request. */
const WORKER_DELAY_MS = 250;

class SqliteLedger implements HistoricLedger {
  readonly history: SqliteHistory;
  readonly #path: string;
  readonly #file: OpenedFile;
  readonly #queue: WriteQueue;
  readonly #worker: WorkerCalls;
  readonly #workerTimer: ReturnType<typeof setTimeout>;
  readonly #watchTimer: ReturnType<typeof setInterval>;
  readonly #problems: Problems;
  readonly #delayAlarmMs: number;
  readonly #lock: HeldLock;
  /** Another program locks the file while the last batch waits. */
  #locked = false;
  /** Reads on this thread until the worker is ready. */
  #reader: LedgerReader | undefined;
  #closing: Promise<void> | undefined;

  constructor(path: string, file: OpenedFile, options: Required<SqliteLedgerOptions>) {
    this.#path = path;
    this.#file = file;
    this.#reader = new LedgerReader(file.db);
    this.#delayAlarmMs = options.delayAlarmMs;
    this.#problems = new Problems(options.log, options.problemShownMs);
    this.#lock = new HeldLock(path, file.lock, this.#problems);
    this.#worker = new WorkerCalls({
      path: file.path,
      lockPath: file.lock.path,
      bounds: boundsOf(options),
      start: options.startWorker,
      onReady: () => this.#releaseReader(),
      onJournal: (bytes) => this.#problems.journal(bytes),
      onLocked: () => this.#locked = true,
      onFile: (event, at, why) => this.#onFile(event, at, why),
    });
    this.history = new SqliteHistory({
      path: () => this.#worker.path,
      flush: () => this.#closing ? Promise.reject(closedError("read")) : this.#worker.flushHistory(),
      shorten: (bounds) => this.#worker.shortenHistory(bounds),
    });
    this.#queue = new WriteQueue((entries) => this.#commit(entries), options.maxWaiting);
    this.#watchTimer = setInterval(() => this.#watch(), options.watchMs);
    this.#workerTimer = setTimeout(() => this.#worker.start(), WORKER_DELAY_MS);
  }

  append(entry: LedgerEntry): Promise<boolean> {
    return this.#closing ? Promise.reject(closedError("append to")) : this.#queue.append(entry, APPEND_WINDOW_MS);
  }

  write(entry: LedgerEntry, onWritten: OnWritten): void {
    if (this.#closing) queueMicrotask(() => onWritten(entry, closedError("write to")));
    else this.#queue.write(entry, WRITE_WINDOW_MS, onWritten);
  }

  rebuild(...args: Parameters<Ledger["rebuild"]>): Promise<RebuildData> {
    return this.#read({ method: "rebuild", args }) as Promise<RebuildData>;
  }

  spend(...args: Parameters<Ledger["spend"]>): Promise<Spend> {
    if (this.#closing || this.#reader) return this.#read({ method: "spend", args }) as Promise<Spend>;
    return this.history.spend(args);
  }

  corrections(...args: Parameters<Ledger["corrections"]>): ReturnType<Ledger["corrections"]> {
    return this.#read({ method: "corrections", args }) as ReturnType<Ledger["corrections"]>;
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

  prune(before_ms: number): Promise<number> {
    return this.#closing ? Promise.reject(closedError("prune")) : this.#worker.prune(startOfQuarter(before_ms));
  }

  onProblem(listener: ProblemListener): void {
    this.#problems.listen(listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #commit(entries: LedgerEntry[]): Promise<Committed> {
    this.#locked = false;
    if (this.#lock.taken) return Promise.reject(this.#lock.taken);
    const packed = packEntries(entries);
    if (!this.#reader || fileExists(this.#file.path)) return this.#worker.commit(packed);
    return this.#restore().then(() => this.#worker.commit(packed));
  }

  /** The file was deleted before the worker has opened it: this thread still has its content. */
  async #restore(): Promise<void> {
    const { path, db } = this.#file;
    const { writeAgain } = await loadRescue();
    await writeAgain(db, path);
    this.#problems.file("restored", { file: path });
  }

  #onFile(event: FileEvent, at: string, why?: string): void {
    this.#problems.file(event, { file: at, why });
    if (event === "lock_lost") this.#lock.lose();
  }

  /** Notices a delay, which the worker cannot report while it waits for the disk. */
  #watch(): void {
    this.#lock.renew();
    const alarm_ms = this.#delayAlarmMs + (this.#locked ? 0 : LOCK_REPORT_MS);
    const isLate = this.#queue.delay_ms >= alarm_ms;
    this.#problems.delay(isLate ? { locked: this.#locked } : null);
    this.#problems.tick();
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
    clearInterval(this.#watchTimer);
    this.history.close();
    await this.#worker.close();
    this.#releaseReader();
    this.#lock[Symbol.dispose]();
  }
}

function closedError(verb: string): LedgerError {
  return new LedgerError("unavailable", `Cannot ${verb} the ledger: it is closed.`);
}
