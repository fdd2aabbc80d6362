/** Entries on their way to the disk: collected while earlier ones are written, so that batches form by themselves. */
import { type Ended, type LedgerEntry, LedgerError } from "../ledger.ts";
import type { Committed } from "./messages.ts";

/** One is being written, the next is there when it is done. */
const MAX_BATCHES_UNDER_WAY = 2;

/** The longest transaction: some 20 ms. */
const MAX_BATCH_ENTRIES = 2_048;

/** From as many waiting on, what counts is how many are written; below, that few commits write them. */
const BUSY = 256;

/** What lies for longer than this has nobody waiting for it. */
const HURRIED_MS = 1;

/** Of what nobody waits for, as many leave before their time: more would hold up the thread that encodes them. */
const MAX_LYING = 512;

/**
 * Groups entries: idle, an entry leaves in this turn; else it leaves with all others that came while the one before was
 * written, or in the moment after.
 */
export class WriteQueue {
  readonly #send: (entries: LedgerEntry[]) => Promise<Committed>;
  readonly #limit: number;
  /** What waits, and in the same places who is told. */
  #entries: LedgerEntry[] = [];
  #ends: Ended[] = [];
  #underWay = 0;
  #size = 0;
  #scheduled = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the timer was set to; infinite while there is none. */
  #pause = Infinity;
  /** Of the most impatient that waits. */
  #patience_ms = Infinity;
  #committedAt = -Infinity;
  #drained: (() => void)[] = [];

  /**
   * @param send commits a batch as a whole or rejects it as a whole.
   * @param limit how many entries may be here, under way ones included.
   */
  constructor(send: (entries: LedgerEntry[]) => Promise<Committed>, limit: number) {
    this.#send = send;
    this.#limit = limit;
  }

  /** Resolves when committed, as {@link Ledger.append} does. */
  add(entry: LedgerEntry, patience_ms: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.put(entry, patience_ms, (_, outcome) => typeof outcome === "boolean" ? resolve(outcome) : reject(outcome));
    });
  }

  /**
   * Tells `ended` when committed, as {@link Ledger.write} does.
   *
   * @param patience_ms how long it may wait, right after another commit, for others to be written with it.
   */
  put(entry: LedgerEntry, patience_ms: number, ended: Ended): void {
    if (this.#size >= this.#limit) return queueMicrotask(() => ended(entry, fullError(entry, this.#limit)));
    this.#size++;
    const waiting = this.#entries.push(entry);
    this.#ends.push(ended);
    // Whoever is as patient as those before him, and no one too many, changes no plan: most cost no look at the clock.
    if (patience_ms >= this.#patience_ms && waiting !== BUSY && waiting !== MAX_LYING) return;
    this.#patience_ms = Math.min(this.#patience_ms, patience_ms);
    this.#schedule();
  }

  /** Resolves when nothing is waiting or under way. */
  drained(): Promise<void> {
    return this.#size === 0 ? Promise.resolve() : new Promise((resolve) => this.#drained.push(resolve));
  }

  /** So many that two batches are kept under way: whoever waits for one sends again while the other is written. */
  get #busy(): boolean {
    return this.#entries.length >= BUSY && this.#patience_ms <= HURRIED_MS;
  }

  /** Plans the next batch: now when idle or busy, else when the pause is over. */
  #schedule(): void {
    const busy = this.#busy;
    if (this.#underWay >= (busy ? MAX_BATCHES_UNDER_WAY : 1)) return;
    // Each commit costs what a hundred entries cost, whatever is in it.
    const atOnce = busy || this.#entries.length >= MAX_LYING;
    const pause = atOnce ? 0 : this.#committedAt + this.#patience_ms - performance.now();
    if (pause > 0) this.#wait(pause);
    else if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(() => this.#leave());
    }
  }

  #wait(pause: number): void {
    if (pause >= this.#pause) return;
    clearTimeout(this.#timer);
    this.#pause = pause;
    this.#timer = setTimeout(() => this.#leave(), pause);
  }

  #leave(): void {
    clearTimeout(this.#timer);
    this.#pause = Infinity;
    this.#scheduled = false;
    this.#pump();
    if (this.#entries.length === 0) this.#patience_ms = Infinity;
  }

  #pump(): void {
    const most = this.#patience_ms <= HURRIED_MS ? MAX_BATCHES_UNDER_WAY : 1;
    while (this.#entries.length > 0 && this.#underWay < most) {
      const waiting = this.#entries.length;
      const share = Math.min(MAX_BATCH_ENTRIES, this.#underWay === 0 && this.#busy ? Math.ceil(waiting / 2) : waiting);
      void this.#commit(this.#entries.splice(0, share), this.#ends.splice(0, share));
    }
  }

  async #commit(entries: LedgerEntry[], ends: Ended[]): Promise<void> {
    this.#underWay++;
    const committed = await this.#send(entries).catch((error: Error) => error);
    this.#underWay--;
    this.#size -= entries.length;
    this.#committedAt = performance.now();
    if (committed instanceof Error) entries.forEach((entry, place) => ends[place](entry, committed));
    else settle(entries, ends, committed);
    if (this.#entries.length > 0) this.#schedule();
    if (this.#size === 0) this.#drained.splice(0).forEach((resolve) => resolve());
  }
}

function settle(entries: LedgerEntry[], ends: Ended[], { duplicates, refused }: Committed): void {
  const odd = new Map<number, boolean | Error>(duplicates.map((place) => [place, false]));
  for (const { index, code, message } of refused) odd.set(index, new LedgerError(code, message));
  entries.forEach((entry, place) => ends[place](entry, odd.get(place) ?? true));
}

function fullError(entry: LedgerEntry, limit: number): LedgerError {
  return new LedgerError(
    "full",
    `Cannot append ${entry.kind} "${entry.row.id}" to the ledger: ${limit} entries wait for the disk. Send it again ` +
      "when the disk keeps up.",
  );
}
