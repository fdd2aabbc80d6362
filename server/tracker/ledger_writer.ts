/** Writes to the ledger on the tracker's behalf, and keeps what it would not take until it does. */
import { type Ledger, type LedgerEntry, LedgerError } from "../ledger/ledger.ts";

/** Entries kept while the ledger fails. In `enforce` mode nothing new is let through meanwhile, so few come. */
const MOST_KEPT = 50_000;

/** Nobody waits for what is written here, so that many calls share a commit. */
const PATIENCE_MS = 5;

/** Told of what a person who runs the service should know. */
export interface WriterWatch {
  /** Writing begins to fail for this reason, or (`null`) works again. */
  onChange(failure: unknown): void;
  /** An entry was given up: the ledger will never take it, or too many wait. */
  onLost(entry: LedgerEntry, cause: unknown): void;
}

/** Called once: whether the entry is new in the ledger; `false` when it was there already, or was given up. */
type Done = (fresh: boolean) => void;

interface Waiting {
  entry: LedgerEntry;
  done: Done;
}

/** The tracker's way into the ledger. Nothing that it is given rejects. */
export class LedgerWriter {
  readonly #ledger: Ledger;
  readonly #watch: WriterWatch;
  #kept: Waiting[] = [];
  readonly #pending = new Set<Promise<void>>();
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
  write(entry: LedgerEntry, done: Done = () => {}): void {
    if (this.#kept.length > 0) this.#keep({ entry, done }, null);
    else this.#track({ entry, done });
  }

  /**
   * Writes for a caller who can try again himself.
   *
   * @returns whether the entry was new.
   * @throws {LedgerError} when it is not in the ledger.
   */
  async append(entry: LedgerEntry, patience_ms?: number): Promise<boolean> {
    try {
      const fresh = await this.#ledger.append(entry, patience_ms);
      if (this.#kept.length === 0) this.#say(null);
      return fresh;
    } catch (error) {
      if (!isInvalid(error)) this.#say(error);
      throw error;
    }
  }

  /** Tries what is kept once more. Where nothing is, the next entry is let try: it alone can show that writing works. */
  retry(): void {
    if (this.#pending.size > 0) return;
    const kept = this.#kept;
    this.#kept = [];
    if (kept.length === 0) this.#say(null);
    for (const waiting of kept) this.#track(waiting);
  }

  /** Resolves when what was written so far is in the ledger, or kept. */
  async flushed(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** Tries what is kept a last time. Resolves with how many entries the ledger would not take. */
  async close(): Promise<number> {
    await this.flushed();
    if (this.kept > 0) this.retry();
    await this.flushed();
    return this.kept;
  }

  #track(waiting: Waiting): void {
    const work = this.#write(waiting).finally(() => this.#pending.delete(work));
    this.#pending.add(work);
  }

  async #write(waiting: Waiting): Promise<void> {
    try {
      waiting.done(await this.append(waiting.entry, PATIENCE_MS));
    } catch (error) {
      // The ledger is well, but will never take this one: it must not hold up the rest.
      if (isInvalid(error)) this.#lose(waiting, error);
      else this.#keep(waiting, error);
    }
  }

  #keep(waiting: Waiting, cause: unknown): void {
    if (this.#kept.length < MOST_KEPT) this.#kept.push(waiting);
    else this.#lose(waiting, cause ?? new Error(`${MOST_KEPT} entries wait already`));
  }

  #lose({ entry, done }: Waiting, cause: unknown): void {
    this.#watch.onLost(entry, cause);
    done(false);
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
