/** The lock of an open ledger, which is made again when its file is deleted. */
import { LedgerError } from "../../ledger.ts";
import { type FileLock, lockFile } from "./file.ts";
import type { Problems } from "./problems.ts";

export class HeldLock {
  readonly #ledgerPath: string;
  readonly #problems: Problems;
  #lock: FileLock;
  #isLost = false;
  #taken: LedgerError | null = null;

  constructor(ledgerPath: string, lock: FileLock, problems: Problems) {
    this.#ledgerPath = ledgerPath;
    this.#lock = lock;
    this.#problems = problems;
  }

  /** Why nothing may be written: another process has taken the lock after its file was deleted. */
  get taken(): LedgerError | null {
    return this.#taken;
  }

  /** The lock's file is gone or another one. */
  lose(): void {
    this.#isLost = true;
    this.renew();
  }

  /** Tries to lock again, if the lock is lost. Call it often. */
  renew(): void {
    if (!this.#isLost) return;
    try {
      const lost = this.#lock;
      this.#lock = lockFile(this.#ledgerPath);
      lost[Symbol.dispose]();
      [this.#isLost, this.#taken] = [false, null];
      this.#problems.file("lock_renewed", { file: this.#lock.path });
    } catch (error) {
      this.#onFailure(error);
    }
  }

  [Symbol.dispose](): void {
    this.#lock[Symbol.dispose]();
  }

  #onFailure(error: unknown): void {
    // Any other error, such as a missing folder, ends when the ledger's own file is written again.
    if (!(error instanceof LedgerError) || error.code !== "in_use") return;
    if (!this.#taken) this.#problems.file("lock_taken", { file: this.#ledgerPath, why: error.message });
    this.#taken = error;
  }
}
