/** Checks of the ledger's files before SQLite opens them: folder, lock, header. */
import { dirname } from "node:path";
import { fileFault, ownFileFault, plainFileFault } from "../../../runtime/file_fault.ts";
import { LedgerError } from "../../ledger.ts";
import { ledgerError, toLedgerError } from "../errors.ts";
import { HEADER_BYTES, headerFault } from "./header.ts";
import type { Problems } from "./problems.ts";

/** The files that SQLite keeps in the ledger's folder. It finds them by name, whatever they are. */
const COMPANIONS = ["-wal", "-shm", "-journal"];

/**
 * Creates the folder, and checks that the file is writable by opening it.
 *
 * @throws {LedgerError} `unwritable` also for a FIFO, a device or a file with several names in the place of the ledger.
 */
export function prepareFile(path: string): void {
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    refuseOddFile(path, ownFileFault(path));
    const real = realPath(path);
    for (const suffix of COMPANIONS) refuseOddFile(real + suffix, plainFileFault(real + suffix));
    if (sizeOf(path) !== null) Deno.openSync(path, { read: true, write: true }).close();
  } catch (error) {
    throw toLedgerError(`write the ledger ${path}`, error);
  }
}

/** @throws {LedgerError} `unwritable` if there is a fault. */
function refuseOddFile(path: string, fault: string | null): void {
  if (fault === null) return;
  throw new LedgerError(
    "unwritable",
    `Cannot use ${path} for the ledger: ${fault}, or set QUOTA_STORE to another path.`,
  );
}

/** A locked ledger. It is released when disposed. */
export interface FileLock extends Disposable {
  /** The path of the lock file. */
  path: string;
}

/**
 * Locks the ledger for this process. It is a kernel lock on a second file: it ends with the process, however that ends,
 * and a lock file that remains has no meaning.
 *
 * @throws {LedgerError} `in_use` when another process has locked the ledger.
 */
export function lockFile(path: string): FileLock {
  const lockPath = `${realPath(path)}.lock`;
  const file = openLock(lockPath);
  if (!file.tryLockSync(true)) {
    const owner = readOwner(file);
    file.close();
    throw ledgerError("in_use", `open the ledger ${path}`, `${owner} has it open (${lockPath})`);
  }
  file.truncateSync(0);
  file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  return { path: lockPath, [Symbol.dispose]: () => unlock(file) };
}

/** Unlocks explicitly: a child process that is being started has a copy of every open file, which would keep the lock. */
function unlock(file: Deno.FsFile): void {
  file.unlockSync();
  file.close();
}

/** The lock of an open ledger, which is made again when its file is deleted. */
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

/**
 * Refuses a damaged file that SQLite would open as an empty or smaller ledger.
 *
 * @returns whether the file contains a ledger.
 * @throws {LedgerError} `corrupt`.
 */
export function checkFile(path: string): boolean {
  refuseOddFile(path, fileFault(path));
  const size = sizeOf(path) ?? 0;
  const journal = sizeOf(`${path}-wal`) ?? 0;
  if (size === 0 && journal === 0) return false;
  if (size === 0) throw corrupt(path, `it is empty or gone, but its journal ${path}-wal holds ${journal} bytes`);
  const fault = headerFault(readHeader(path), journal === 0 ? size : null);
  if (fault !== null) throw corrupt(path, fault);
  return true;
}

/** A `corrupt` error with the fault that was found. */
export function corrupt(path: string, fault: string, cause?: unknown): LedgerError {
  return ledgerError("corrupt", `open the ledger ${path}`, fault, cause);
}

function openLock(lockPath: string): Deno.FsFile {
  try {
    // The lock file is truncated, so it must not be a link to another file.
    refuseOddFile(lockPath, plainFileFault(lockPath));
    return Deno.openSync(lockPath, { read: true, write: true, create: true });
  } catch (error) {
    throw toLedgerError(`write the ledger's lock file ${lockPath}`, error);
  }
}

function readOwner(file: Deno.FsFile): string {
  const bytes = new Uint8Array(500);
  const text = new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0));
  const [, pid, url] = /^(\d+)\n(?:(https?:\/\/\S+)\n)?$/.exec(text) ?? [];
  if (pid === undefined) return "another process";
  return url === undefined ? `process ${pid}` : `Quota Gauge is already running at ${url}: process ${pid}`;
}

/**
 * Tells a second start with the same ledger where this process listens.
 *
 * @param path of a ledger that this process has locked.
 */
export function nameOwner(path: string, url: string): void {
  Deno.writeTextFileSync(`${realPath(path)}.lock`, `${Deno.pid}\n${url}\n`);
}

/** The path without links: two names of one ledger share a lock. */
function realPath(path: string): string {
  return sizeOf(path) === null ? path : Deno.realPathSync(path);
}

function readHeader(path: string): Uint8Array {
  using file = Deno.openSync(path, { read: true });
  const header = new Uint8Array(HEADER_BYTES);
  return header.subarray(0, file.readSync(header) ?? 0);
}

function sizeOf(path: string): number | null {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw toLedgerError(`open the ledger ${path}`, error);
  }
}
