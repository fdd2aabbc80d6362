/** Group commit: entries that arrive while a batch is written form the next batch. */
import { type LedgerEntry, LedgerError, type OnWritten } from "../../ledger.ts";
import type { Committed } from "../messages.ts";

/** One batch is written while the next is already with the worker. */
const MAX_BATCHES_IN_FLIGHT = 2;

/** The longest transaction: about 20 ms. */
const MAX_BATCH_ENTRIES = 2_048;

/** From this many waiting entries, throughput counts and two batches are in flight; below, fewer commits count. */
const BUSY_ENTRIES = 256;

/** An entry with a longer window has no waiting caller. */
const MAX_AWAITED_WINDOW_MS = 1;

/** This many unawaited entries are sent before their window ends: packing more would block the thread for too long. */
const MAX_HELD_ENTRIES = 512;

/** So often, entries that come check whether their batch is late: a busy event loop delays timers and messages. */
const CHECKED_ENTRIES = 8;

/** A batch is late when its window ended this long ago. */
const LATE_MS = 10;

/**
 * Groups entries into batches. Without a batch in flight, an entry is sent in this turn of the event loop, or at the end
 * of its window after the last commit. A commit costs as much as about a hundred entries, so sharing one pays.
 */
export class WriteQueue {
  readonly #send: (entries: LedgerEntry[]) => Promise<Committed>;
  readonly #limit: number;
  readonly #now: () => number;
  /** The waiting entries, and their callbacks at the same indexes. */
  #entries: LedgerEntry[] = [];
  #callbacks: OnWritten[] = [];
  #inFlight = 0;
  #size = 0;
  #scheduled = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The delay of the timer; infinite without one. */
  #delay = Infinity;
  /** The shortest window of the waiting entries. */
  #window_ms = Infinity;
  #committedAt = -Infinity;
  /** When the oldest waiting entry came. */
  #cameAt = 0;
  /** When the older of the batches in flight was sent, and how long the last one took. */
  #sentAt = 0;
  #took = 0;
  #drained: (() => void)[] = [];

  /**
   * @param send commits a whole batch or rejects for the whole batch.
   * @param limit how many entries may wait or be in flight.
   * @param now milliseconds of a monotonic clock.
   */
  constructor(send: (entries: LedgerEntry[]) => Promise<Committed>, limit: number, now = () => performance.now()) {
    this.#send = send;
    this.#limit = limit;
    this.#now = now;
  }

  /** Resolves after the commit, as {@link Ledger.append} does. */
  append(entry: LedgerEntry, window_ms: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.write(entry, window_ms, (_, outcome) => typeof outcome === "boolean" ? resolve(outcome) : reject(outcome));
    });
  }

  /**
   * Calls `onWritten` after the commit, as {@link Ledger.write} does.
   *
   * @param window_ms how long the entry may wait for others to share a commit, since it came or since the commit before.
   */
  write(entry: LedgerEntry, window_ms: number, onWritten: OnWritten): void {
    if (this.#size >= this.#limit) return queueMicrotask(() => onWritten(entry, fullError(entry, this.#limit)));
    this.#size++;
    const waiting = this.#entries.push(entry);
    this.#callbacks.push(onWritten);
    if (waiting === 1) this.#cameAt = this.#now();
    if (waiting % CHECKED_ENTRIES === 0 && this.#isLate) return this.#sendWaiting(MAX_BATCHES_IN_FLIGHT);
    // Most entries change nothing about the next batch's time, and must not cost a reading of the clock.
    if (window_ms >= this.#window_ms && waiting !== BUSY_ENTRIES && waiting !== MAX_HELD_ENTRIES) return;
    this.#window_ms = Math.min(this.#window_ms, window_ms);
    this.#schedule();
  }

  /** Resolves when no entry waits or is in flight. */
  drained(): Promise<void> {
    return this.#size === 0 ? Promise.resolve() : new Promise((resolve) => this.#drained.push(resolve));
  }

  /** How many entries wait or are in flight. */
  get size(): number {
    return this.#size;
  }

  /** How late commits are, in milliseconds: the time of the batch in flight or of the one before; 0 if none is in flight. */
  get delay_ms(): number {
    if (this.#inFlight === 0) return 0;
    return Math.max(this.#took, this.#now() - Math.max(this.#sentAt, this.#committedAt));
  }

  /** Callers wait for the entries. */
  get #awaited(): boolean {
    return this.#window_ms <= MAX_AWAITED_WINDOW_MS;
  }

  /** So many callers wait that two batches pay: while one is written, the callers of the other send their next entry. */
  get #busy(): boolean {
    return this.#entries.length >= BUSY_ENTRIES && this.#awaited;
  }

  /** The timer, or the report of the batch before, should have sent the next one. */
  get #isLate(): boolean {
    if (this.#awaited || this.#inFlight >= MAX_BATCHES_IN_FLIGHT) return false;
    return this.#now() >= this.#cameAt + this.#window_ms + LATE_MS;
  }

  /** Plans the next batch: immediately, or when a window ends. */
  #schedule(): void {
    const busy = this.#busy;
    if (this.#inFlight >= (busy ? MAX_BATCHES_IN_FLIGHT : 1)) return;
    const immediate = busy || this.#entries.length >= MAX_HELD_ENTRIES;
    // An entry that came while a batch was in flight has waited since then.
    const from = Math.min(this.#committedAt, this.#cameAt);
    const delay = immediate ? 0 : from + this.#window_ms - this.#now();
    if (delay > 0) this.#scheduleIn(delay);
    else if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(() => this.#sendWaiting());
    }
  }

  #scheduleIn(delay: number): void {
    if (delay >= this.#delay) return;
    clearTimeout(this.#timer);
    this.#delay = delay;
    this.#timer = setTimeout(() => this.#sendWaiting(), delay);
  }

  #sendWaiting(max = this.#awaited ? MAX_BATCHES_IN_FLIGHT : 1): void {
    clearTimeout(this.#timer);
    this.#delay = Infinity;
    this.#scheduled = false;
    this.#sendBatches(max);
    if (this.#entries.length === 0) this.#window_ms = Infinity;
  }

  #sendBatches(max: number): void {
    while (this.#entries.length > 0 && this.#inFlight < max) {
      const waiting = this.#entries.length;
      const share = Math.min(MAX_BATCH_ENTRIES, this.#inFlight === 0 && this.#busy ? Math.ceil(waiting / 2) : waiting);
      void this.#commit(this.#entries.splice(0, share), this.#callbacks.splice(0, share));
    }
  }

  async #commit(entries: LedgerEntry[], callbacks: OnWritten[]): Promise<void> {
    if (this.#inFlight++ === 0) this.#sentAt = this.#now();
    const committed = await this.#send(entries).catch((error: Error) => error);
    this.#inFlight--;
    this.#size -= entries.length;
    const now = this.#now();
    this.#took = now - Math.max(this.#sentAt, this.#committedAt);
    this.#committedAt = now;
    if (this.#size === 0) this.#took = 0;
    if (committed instanceof Error) entries.forEach((entry, index) => callbacks[index](entry, committed));
    else report(entries, callbacks, committed);
    if (this.#entries.length > 0) this.#schedule();
    if (this.#size === 0) this.#drained.splice(0).forEach((resolve) => resolve());
  }
}

function report(entries: LedgerEntry[], callbacks: OnWritten[], { duplicates, refused }: Committed): void {
  const exceptions = new Map<number, boolean | Error>(duplicates.map((index) => [index, false]));
  for (const { index, code, message } of refused) exceptions.set(index, new LedgerError(code, message));
  entries.forEach((entry, index) => callbacks[index](entry, exceptions.get(index) ?? true));
}

function fullError(entry: LedgerEntry, limit: number): LedgerError {
  return new LedgerError(
    "full",
    `Cannot append ${entry.kind} "${entry.row.id}" to the ledger: ${limit} entries wait for the disk. Send it again ` +
      "when the disk keeps up.",
  );
}
