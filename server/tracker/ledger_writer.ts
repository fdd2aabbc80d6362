/** Writes to the ledger on the tracker's behalf, and keeps what it would not take until it does. */
import type { Ledger, LedgerEntry } from "../ledger/ledger.ts";

/** Entries kept while the ledger fails. In `enforce` mode nothing new is let through meanwhile, so few come. */
const MOST_KEPT = 50_000;

export class LedgerWriter {
  readonly #ledger: Ledger;
  readonly #onChange: (failing: boolean, cause: unknown) => void;
  #kept: LedgerEntry[] = [];
  #pending = new Set<Promise<unknown>>();
  #failing = false;
  #lost = 0;

  /** @param onChange told when writing begins to fail, and when it works again. */
  constructor(ledger: Ledger, onChange: (failing: boolean, cause: unknown) => void) {
    this.#ledger = ledger;
    this.#onChange = onChange;
  }

  get failing(): boolean {
    return this.#failing;
  }

  /** Entries that were given up because too many waited. */
  get lost(): number {
    return this.#lost;
  }

  /** Writes, now or as soon as the ledger takes it. */
  write(entry: LedgerEntry): void {
    this.#track(this.#append(entry));
  }

  /** Tries what is kept once more. */
  retry(): void {
    const kept = this.#kept;
    this.#kept = [];
    for (const entry of kept) this.write(entry);
  }

  /** Resolves when nothing is on its way any more. */
  async idle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  #track(work: Promise<unknown>): void {
    this.#pending.add(work);
    work.finally(() => this.#pending.delete(work));
  }

  async #append(entry: LedgerEntry): Promise<void> {
    try {
      await this.#ledger.append(entry);
      if (this.#kept.length === 0) this.#say(false, null);
    } catch (error) {
      if (this.#kept.length < MOST_KEPT) this.#kept.push(entry);
      else this.#lost++;
      this.#say(true, error);
    }
  }

  #say(failing: boolean, cause: unknown): void {
    if (failing === this.#failing) return;
    this.#failing = failing;
    this.#onChange(failing, cause);
  }
}
