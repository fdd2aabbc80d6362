/** Reports a growing journal, which SQLite cannot truncate while another program reads the file, before the disk is full. */
import { JOURNAL_BYTES } from "../connect.ts";

/** Reading the size costs as much as inserting a row. */
const COMMITS_PER_CHECK = 64;

/** Watches the size of a ledger file's journal. */
export class JournalWatch {
  readonly #path: string;
  readonly #alarm: number;
  readonly #report: (bytes: number) => void;
  #commits = 0;
  /** The size above which the next report is made. */
  #next: number;

  /**
   * @param report called with the size in bytes when it exceeds `alarm`, and each time it has doubled since.
   */
  constructor(path: string, report: (bytes: number) => void, alarm: number) {
    // SQLite resolves links before it names the journal.
    this.#path = `${Deno.realPathSync(path)}-wal`;
    this.#alarm = alarm;
    this.#next = alarm;
    this.#report = report;
  }

  /** Call it after each commit. */
  committed(): void {
    if (++this.#commits % COMMITS_PER_CHECK === 0) this.#check(this.#size());
  }

  /** A journal that cannot be read must not fail a commit that succeeded. */
  #size(): number {
    try {
      return Deno.statSync(this.#path).size;
    } catch {
      return 0;
    }
  }

  #check(bytes: number): void {
    if (bytes <= JOURNAL_BYTES) this.#next = this.#alarm;
    if (bytes <= this.#next) return;
    this.#next = 2 * bytes;
    this.#report(bytes);
  }
}
