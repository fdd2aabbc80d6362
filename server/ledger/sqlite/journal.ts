/** A journal that cannot be cleared, because somebody reads the file for long: said while there is still room. */
import { JOURNAL_BYTES } from "./connect.ts";

/** From this size on it is said. */
const ALARM_BYTES = 16 * JOURNAL_BYTES;

/** Looking costs as much as a row. */
const COMMITS_PER_LOOK = 64;

/** Looks after the journal beside a ledger file. */
export class JournalWatch {
  readonly #path: string;
  readonly #alarm: number;
  readonly #tell: (bytes: number) => void;
  #commits = 0;
  /** The size at which it is said next. */
  #next: number;

  /**
   * @param tell told of the size in bytes: once it is larger than `alarm`, and whenever it has doubled since.
   */
  constructor(path: string, tell: (bytes: number) => void, alarm = ALARM_BYTES) {
    // SQLite keeps it beside the file itself, not beside a link to it.
    this.#path = `${Deno.realPathSync(path)}-wal`;
    this.#alarm = alarm;
    this.#next = alarm;
    this.#tell = tell;
  }

  /** Call it after each commit. */
  committed(): void {
    if (++this.#commits % COMMITS_PER_LOOK === 0) this.#look(this.#size());
  }

  /** What was committed is committed, whatever became of the journal since. */
  #size(): number {
    try {
      return Deno.statSync(this.#path).size;
    } catch {
      return 0;
    }
  }

  #look(bytes: number): void {
    if (bytes <= JOURNAL_BYTES) this.#next = this.#alarm;
    if (bytes <= this.#next) return;
    this.#next = 2 * bytes;
    this.#tell(bytes);
  }
}
