/** New files that replace nothing: they are written under a name of their own, and moved when they are complete. */
import { closeSync, linkSync, openSync, renameSync, rmSync } from "node:fs";
import { LedgerError } from "../../ledger/ledger.ts";
import { existsAt } from "./paths.ts";

/** The owner alone may read it: it may hold the hashes of keys. */
const MODE = 0o600;

/**
 * Makes an empty file in the folder of `path`, and deletes it at the end of the scope unless it was moved.
 *
 * @throws {Error} of the file system.
 */
export function unfinishedFile(path: string): { path: string } & Disposable {
  const name = `${path}.${crypto.randomUUID()}.unfinished`;
  // "wx" fails for anything that exists, a link too.
  closeSync(openSync(name, "wx", MODE));
  const remove = () => ["", "-journal", "-wal", "-shm"].forEach((suffix) => rmSync(name + suffix, { force: true }));
  return { path: name, [Symbol.dispose]: remove };
}

/**
 * Moves a file to a path where nothing is.
 *
 * @throws {LedgerError} `unwritable` when something is there.
 */
export function moveToNew(from: string, to: string): void {
  if (existsAt(to)) throw existsError(to);
  try {
    // Unlike a rename, a link replaces nothing that was made meanwhile.
    linkSync(from, to);
    rmSync(from);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") throw existsError(to);
    // Some file systems have no links.
    renameSync(from, to);
  }
}

export function existsError(path: string): LedgerError {
  return new LedgerError("unwritable", `Cannot write ${path}: the file exists. Name another`);
}
