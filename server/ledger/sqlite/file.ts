/** The ledger's files before SQLite sees them: folder, lock, header. */
import { dirname } from "node:path";
import type { LedgerError } from "../ledger.ts";
import { ledgerError, toLedgerError } from "./errors.ts";
import { HEADER_BYTES, headerFault } from "./header.ts";

/** Makes the folder and shows that the file can be written, by opening it so. */
export function prepareFile(path: string): void {
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    if (sizeOf(path) !== null) Deno.openSync(path, { read: true, write: true }).close();
  } catch (error) {
    throw toLedgerError(`write the ledger ${path}`, error);
  }
}

/**
 * Takes the ledger for this process alone. The lock is the kernel's, on a file beside the ledger: it ends with the
 * process, however that ends, and the file left behind means nothing.
 *
 * @returns what gives it back.
 * @throws {LedgerError} `in_use` when another process has it.
 */
export function lockFile(path: string): Disposable {
  const lockPath = `${realPath(path)}.lock`;
  const file = openLock(lockPath);
  if (!file.tryLockSync(true)) {
    const owner = readOwner(file);
    file.close();
    throw ledgerError("in_use", `open the ledger ${path}`, `${owner} has it open (${lockPath})`);
  }
  file.truncateSync(0);
  file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  return { [Symbol.dispose]: () => unlock(file) };
}

/** Closing alone does not do: a program that is just being started from here has a copy of every open file for a moment. */
function unlock(file: Deno.FsFile): void {
  file.unlockSync();
  file.close();
}

/**
 * Refuses a file that SQLite would take for an empty or a smaller ledger than it was.
 *
 * @returns whether there is a ledger in it.
 * @throws {LedgerError} `corrupt`.
 */
export function checkFile(path: string): boolean {
  const size = sizeOf(path) ?? 0;
  const journal = sizeOf(`${path}-wal`) ?? 0;
  if (size === 0 && journal === 0) return false;
  if (size === 0) throw corrupt(path, `it is empty or gone, but its journal ${path}-wal holds ${journal} bytes`);
  const fault = headerFault(readHeader(path), journal === 0 ? size : null);
  if (fault !== null) throw corrupt(path, fault);
  return true;
}

/** `corrupt`, with what was found. */
export function corrupt(path: string, fault: string, cause?: unknown): LedgerError {
  return ledgerError("corrupt", `open the ledger ${path}`, fault, cause);
}

function openLock(lockPath: string): Deno.FsFile {
  try {
    return Deno.openSync(lockPath, { read: true, write: true, create: true });
  } catch (error) {
    throw toLedgerError(`write ${lockPath} beside the ledger`, error);
  }
}

function readOwner(file: Deno.FsFile): string {
  const bytes = new Uint8Array(20);
  const owner = new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0)).trim();
  return /^\d+$/.test(owner) ? `process ${owner}` : "another process";
}

/** A ledger reached by two names is one ledger. */
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
