/** The tracker's entries on their way to the ledger. While the ledger fails, the outbox keeps them and retries later. */
import { type Ledger, type LedgerEntry, LedgerError } from "../ledger/ledger.ts";
import type { OutboxEvents } from "./ledger_events.ts";

/** Entries kept while the ledger fails. In `enforce` mode the tracker then refuses new calls, so few entries arrive. */
const MAX_KEPT = 50_000;

const FAILING = "Calls cannot be written to the ledger; see the service's log";

/** Called once: whether the entry was new in the ledger; `false` for a duplicate or a lost entry. */
type Done = (fresh: boolean) => void;

/** Writes the tracker's entries to the ledger. `write` never throws, and allocates no promise per entry. */
export class LedgerOutbox {
  readonly #ledger: Ledger;
  readonly #events: OutboxEvents;
  #kept: LedgerEntry[] = [];
  /** Callbacks of the few entries that have one. */
  readonly #done = new Map<LedgerEntry, Done>();
  /** Counts of entries passed to the ledger and of outcomes received from it. */
  #handed = 0;
  #ended = 0;
  readonly #flushed: { handed: number; resolve: () => void }[] = [];
  #failing = false;
  #lost = 0;
  /** Counts of entries at the ticks since the oldest entry without an outcome: they tell its age without a time per entry. */
  #ticks: { handed: number; at_ms: number }[] = [];
  #problem: string | null = null;

  constructor(ledger: Ledger, events: OutboxEvents) {
    this.#ledger = ledger;
    this.#events = events;
    ledger.onProblem((reason) => {
      this.#problem = reason;
      events.onProblem(reason);
    });
  }

  /** Why the ledger fails or has a problem, as a sentence without a full stop; `null` if it is well. */
  get fault(): string | null {
    return this.#failing ? FAILING : this.#problem;
  }

  get failing(): boolean {
    return this.#failing;
  }

  /** How many entries wait until the ledger works again. */
  get kept(): number {
    return this.#kept.length;
  }

  /** How many entries have no outcome yet, with those kept. */
  get pending(): number {
    return this.#handed - this.#ended + this.kept;
  }

  /** How many entries were lost. */
  get lost(): number {
    return this.#lost;
  }

  /** The age of the oldest entry that is pending, to a second, in milliseconds; 0 when there is none. */
  lagAt(now_ms: number): number {
    this.#dropPastTicks();
    return this.pending === 0 || this.#ticks.length === 0 ? 0 : now_ms - this.#ticks[0].at_ms;
  }

  /** Call it once a second: retries the kept entries. */
  tick(now_ms: number): void {
    this.#dropPastTicks();
    const isKnown = this.#failing && this.#ticks.length > 0;
    if (this.pending > 0 && !isKnown) this.#ticks.push({ handed: this.#handed, at_ms: now_ms });
    if (this.#failing) this.retry();
  }

  /** Writes an entry now, or as soon as the ledger accepts it. Entries keep the order of the calls. */
  write(entry: LedgerEntry, done?: Done): void {
    if (done) this.#done.set(entry, done);
    if (this.#kept.length > 0) this.#keep(entry, null);
    else this.#hand(entry);
  }

  /** Writes an entry as {@link write} does. Resolves when it is in the ledger, or kept because the ledger fails. */
  async record(entry: LedgerEntry): Promise<void> {
    if (this.#kept.length > 0) return this.#keep(entry, null);
    this.#handed++;
    const outcome = await this.#ledger.append(entry).catch((error: Error) => error);
    this.#onEnded(entry, outcome);
  }

  /**
   * Writes an entry for a caller that can retry by itself.
   *
   * @returns whether the entry was new.
   * @throws {LedgerError} when it is not in the ledger.
   */
  async append(entry: LedgerEntry): Promise<boolean> {
    try {
      const fresh = await this.#ledger.append(entry);
      this.#recover();
      return fresh;
    } catch (error) {
      if (!isInvalid(error)) this.#setFailure(error);
      throw error;
    }
  }

  /** Retries the kept entries. If there are none, allows the next entry: only a write can show that the ledger works. */
  retry(): void {
    if (this.#ended < this.#handed) return;
    const kept = this.#kept;
    this.#kept = [];
    if (kept.length === 0) this.#recover();
    for (const entry of kept) this.#hand(entry);
  }

  /** Resolves when every entry written so far is in the ledger or kept. */
  flushed(): Promise<void> {
    const handed = this.#handed;
    if (this.#ended >= handed) return Promise.resolve();
    return new Promise((resolve) => this.#flushed.push({ handed, resolve }));
  }

  /** Retries the kept entries a last time. Resolves with the number of entries that the ledger did not accept. */
  async close(): Promise<number> {
    await this.flushed();
    if (this.kept > 0) this.retry();
    await this.flushed();
    return this.kept;
  }

  /** Drops the ticks before the oldest entry without an outcome. While the ledger fails, that entry is kept and retried. */
  #dropPastTicks(): void {
    if (this.#failing) return;
    const past = this.#ticks.findIndex(({ handed }) => handed > this.#ended);
    if (past !== 0) this.#ticks.splice(0, past < 0 ? Infinity : past);
  }

  #hand(entry: LedgerEntry): void {
    this.#handed++;
    this.#ledger.write(entry, this.#onEnded);
  }

  readonly #onEnded = (entry: LedgerEntry, outcome: boolean | Error): void => {
    if (typeof outcome === "boolean") this.#written(entry, outcome);
    // An invalid entry fails on every retry and says nothing about the ledger: drop it, or it blocks the rest.
    else if (isInvalid(outcome)) this.#lose(entry, outcome);
    else {
      this.#setFailure(outcome);
      this.#keep(entry, outcome);
    }
    this.#ended++;
    while (this.#flushed.length > 0 && this.#flushed[0].handed <= this.#ended) this.#flushed.shift()?.resolve();
  };

  #written(entry: LedgerEntry, fresh: boolean): void {
    this.#recover();
    if (this.#done.size > 0) this.#end(entry, fresh);
  }

  #keep(entry: LedgerEntry, cause: unknown): void {
    if (this.#kept.length < MAX_KEPT) this.#kept.push(entry);
    else this.#lose(entry, cause ?? new Error(`${MAX_KEPT} entries are kept already`));
  }

  #lose(entry: LedgerEntry, cause: unknown): void {
    this.#lost++;
    this.#events.onLost(entry, cause);
    this.#end(entry, false);
  }

  #end(entry: LedgerEntry, fresh: boolean): void {
    const done = this.#done.get(entry);
    this.#done.delete(entry);
    done?.(fresh);
  }

  /** Not while entries are kept: later ones would overtake them. */
  #recover(): void {
    if (this.#failing && this.#kept.length === 0) this.#setFailure(null);
  }

  #setFailure(failure: unknown): void {
    const failing = failure !== null;
    if (failing === this.#failing) return;
    this.#failing = failing;
    this.#events.onChange(failure);
  }
}

function isInvalid(error: unknown): boolean {
  return error instanceof LedgerError && error.code === "invalid";
}
