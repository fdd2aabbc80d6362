/** The files that a service keeps in its data folder. */
import { lstatSync } from "node:fs";
import { fileFault } from "../../runtime/file_fault.ts";
import { LedgerError } from "../../ledger/ledger.ts";

/** The ledger and the keys. */
export interface DataPaths {
  ledger: string;
  keys: string;
}

/** Whether anything is at a path, also a link to a file that does not exist. */
export function existsAt(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/**
 * The path behind links, for a file that is replaced: the link stays.
 *
 * @throws {LedgerError} `unwritable` when something other than a regular file is there.
 */
export function targetOf(path: string): string {
  const fault = fileFault(path);
  if (fault !== null) throw new LedgerError("unwritable", `Cannot write ${path}: ${fault}`);
  return existsAt(path) ? Deno.realPathSync(path) : path;
}
