/** Writes to the ledger on the tracker's behalf, and keeps what it would not take until it does. */
import { type Ledger, type LedgerEntry, LedgerError } from "../ledger/ledger.ts";

/** Entries kept while the ledger fails. In `enforce` mode nothing new is let through meanwhile, so few come. */
const MOST_KEPT = 50_000;

/** Told of what a person who runs the service should know. */
export interface WriterWatch {
  /** Writing begins to fail for this reason, or (`null`) works again. */
  onChange(failure: unknown): void;
  /** An entry was given up: the ledger will never take it, or too many wait. */
  onLost(entry: LedgerEntry, cause: unknown): void;
}

/** Called once: whether the entry is new in the ledger; `false` when it was there already, or was given up. */
type Done = (fresh: boolean) => void;

/** The tracker's way into the ledger. Nothing that it is given rejects, and what it writes costs no promise an entry. */
export class LedgerWriter {
  readonly #ledger: Ledger;
  readonly #watch: WriterWatch;
  #kept: LedgerEntry[] = [];
  /** Of the entries, few, whose end somebody wants to hear of. */
  readonly #done = new Map<LedgerEntry, Done>();
  /** How many entries were handed to the ledger, and of how many it has told. */
  #handed = 0;
  #ended = 0;
  readonly #flushed: { handed: number; resolve: () => void }[] = [];
  #failing = false;

  constructor(ledger: Ledger, watch: WriterWatch) {
    this.#ledger = ledger;
    this.#watch = watch;
  }

  get failing(): boolean {
    return this.#failing;
  }

  /** Entries that wait for the ledger to work again. */
  get kept(): number {
    return this.#kept.length;
  }

  /** Writes, now or as soon as the ledger takes it, in the order of the calls. */
  write(entry: LedgerEntry, done?: Done): void {
    if (done) this.#done.set(entry, done);
    if (this.#kept.length > 0) this.#keep(entry, null);
    else this.#hand(entry);
  }

  /**
   * Writes for a caller who can try again himself.
   *
   * @returns whether the entry was new.
   * @throws {LedgerError} when it is not in the ledger.
   */
  async append(entry: LedgerEntry): Promise<boolean> {
    try {
      const fresh = await this.#ledger.append(entry);
      this.#works();
      return fresh;
    } catch (error) {
      if (!isInvalid(error)) this.#say(error);
      throw error;
    }
  }

  /** Tries what is kept once more. Where nothing is, the next entry is let try: it alone can show that writing works. */
  retry(): void {
    if (this.#ended < this.#handed) return;
    const kept = this.#kept;
    this.#kept = [];
    if (kept.length === 0) this.#works();
    for (const entry of kept) this.#hand(entry);
  }

  /** Resolves when what was written so far is in the ledger, or kept. */
  flushed(): Promise<void> {
    const handed = this.#handed;
    if (this.#ended >= handed) return Promise.resolve();
    return new Promise((resolve) => this.#flushed.push({ handed, resolve }));
  }

  /** Tries what is kept a last time. Resolves with how many entries the ledger would not take. */
  async close(): Promise<number> {
    await this.flushed();
    if (this.kept > 0) this.retry();
    await this.flushed();
    return this.kept;
  }

  #hand(entry: LedgerEntry): void {
    this.#handed++;
    this.#ledger.write(entry, this.#hear);
  }

  readonly #hear = (entry: LedgerEntry, outcome: boolean | Error): void => {
    if (typeof outcome === "boolean") this.#written(entry, outcome);
    // The ledger is well, but will never take this one: it must not hold up the rest.
    else if (isInvalid(outcome)) this.#lose(entry, outcome);
    else {
      this.#say(outcome);
      this.#keep(entry, outcome);
    }
    this.#ended++;
    while (this.#flushed.length > 0 && this.#flushed[0].handed <= this.#ended) this.#flushed.shift()?.resolve();
  };

  #written(entry: LedgerEntry, fresh: boolean): void {
    this.#works();
    if (this.#done.size > 0) this.#end(entry, fresh);
  }

  #keep(entry: LedgerEntry, cause: unknown): void {
    if (this.#kept.length < MOST_KEPT) this.#kept.push(entry);
    else this.#lose(entry, cause ?? new Error(`${MOST_KEPT} entries wait already`));
  }

  #lose(entry: LedgerEntry, cause: unknown): void {
    this.#watch.onLost(entry, cause);
    this.#end(entry, false);
  }

  #end(entry: LedgerEntry, fresh: boolean): void {
    const done = this.#done.get(entry);
    this.#done.delete(entry);
    done?.(fresh);
  }

  #works(): void {
    if (this.#failing && this.#kept.length === 0) this.#say(null);
  }

  #say(failure: unknown): void {
    const failing = failure !== null;
    if (failing === this.#failing) return;
    this.#failing = failing;
    this.#watch.onChange(failure);
  }
}

function isInvalid(error: unknown): boolean {
  return error instanceof LedgerError && error.code === "invalid";
}
