/** Notices when the files of an open ledger are deleted or exchanged: SQLite would go on with the old ones. */
import { fileIdentity } from "../../../runtime/file_exists.ts";

/** A change of the lock file, of the ledger's file, or of its journal or index. */
export type FileChange = "lock" | "missing" | "replaced" | "shrunk" | "journal";

export class FileWatch {
  readonly #path: string;
  readonly #lockPath: string;
  readonly #file: string | null;
  #lock: string | null;
  #size = 0;
  /** The identities of the journal and of its index. */
  #journal: string[];

  constructor(path: string, lockPath: string) {
    this.#path = path;
    this.#lockPath = lockPath;
    this.#file = fileIdentity(path);
    this.#lock = fileIdentity(lockPath);
    this.#journal = this.#journalNow();
  }

  /** The first change that is found; `null` if there is none. A change of the lock is returned once. */
  check(): FileChange | null {
    if (this.#lockChanged()) return "lock";
    const file = fileIdentity(this.#path);
    if (file !== this.#file) return file === null ? "missing" : "replaced";
    if (this.#hasShrunk()) return "shrunk";
    return this.#journalChanged() ? "journal" : null;
  }

  /** Deletes the journal that the watched file has left at its path: SQLite would add it to a new file. */
  removeJournal(): void {
    const now = this.#journalNow();
    COMPANIONS.forEach((suffix, index) => {
      if (now[index] !== NONE && now[index] === this.#journal[index]) Deno.removeSync(this.#path + suffix);
    });
  }

  /** How many names the file has. */
  get names(): number {
    return Deno.statSync(this.#path).nlink ?? 1;
  }

  /** Takes the present size as right: another program has compacted the file. */
  acceptSize(): void {
    this.#size = Deno.statSync(this.#path).size;
  }

  /** The service itself never makes the file smaller. */
  #hasShrunk(): boolean {
    const { size } = Deno.statSync(this.#path);
    if (size < this.#size) return true;
    this.#size = size;
    return false;
  }

  /** A new lock file after a missing one is no loss: the main thread has made it. */
  #lockChanged(): boolean {
    const before = this.#lock;
    this.#lock = fileIdentity(this.#lockPath);
    return before !== null && before !== this.#lock;
  }

  /** SQLite makes both with the first write, and deletes them when the last connection closes. */
  #journalChanged(): boolean {
    const now = this.#journalNow();
    if (this.#journal.some((identity, index) => identity !== NONE && identity !== now[index])) return true;
    this.#journal = now;
    return false;
  }

  #journalNow(): string[] {
    return COMPANIONS.map((suffix) => fileIdentity(this.#path + suffix) ?? NONE);
  }
}

const COMPANIONS = ["-wal", "-shm"];
const NONE = "none";
