/** SQLite's and the file system's refusals as {@link LedgerError}s. */
import { LedgerError, type LedgerErrorCode } from "../ledger.ts";

/** Primary result codes, https://www.sqlite.org/rescode.html. */
const READONLY = 8, BUSY = 5, LOCKED = 6, CORRUPT = 11, FULL = 13, CANT_OPEN = 14, TOO_BIG = 18, CONSTRAINT = 19;
const MISMATCH = 20, RANGE = 25, NOT_A_DATABASE = 26;

const CODES: Record<number, LedgerErrorCode> = {
  [READONLY]: "unwritable",
  [CANT_OPEN]: "unwritable",
  [CORRUPT]: "corrupt",
  [NOT_A_DATABASE]: "corrupt",
  [FULL]: "full",
};

const REMEDIES: Record<LedgerErrorCode, string> = {
  unavailable: "",
  unwritable: "Give the service's user write access to the file and its folder, or set QUOTA_STORE to another path.",
  corrupt: "The file was left as it is: put a backup in its place, or set QUOTA_STORE to another path.",
  full: "Make room on its disk; nothing has to be restarted.",
  in_use: "Stop the other process, or set QUOTA_STORE to another path.",
  invalid: "",
};

/** Tells whether another connection holds the file for now. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === BUSY || code === LOCKED;
}

/** Tells whether an entry itself is at fault, so that its neighbours can still be committed. */
export function isEntryFault(error: unknown): boolean {
  const code = resultCode(error);
  return code === null ? error instanceof TypeError : [TOO_BIG, CONSTRAINT, MISMATCH, RANGE].includes(code);
}

/**
 * Words an error for the person who runs the service.
 *
 * @param doing what could not be done, after "Cannot": "open the ledger data/quota.db".
 */
export function toLedgerError(doing: string, error: unknown): LedgerError {
  if (error instanceof LedgerError) return error;
  const code = ledgerCode(error);
  const reason = error instanceof Error ? error.message : String(error);
  return ledgerError(code, doing, reason, error);
}

/** A {@link LedgerError} with the remedy that its code calls for. */
export function ledgerError(code: LedgerErrorCode, doing: string, reason: string, cause?: unknown): LedgerError {
  return new LedgerError(code, `Cannot ${doing}: ${reason}. ${REMEDIES[code]}`.trimEnd(), cause);
}

function ledgerCode(error: unknown): LedgerErrorCode {
  if (isEntryFault(error)) return "invalid";
  const code = resultCode(error);
  if (code !== null) return CODES[code] ?? "unavailable";
  return isFileFault(error) ? "unwritable" : "unavailable";
}

function resultCode(error: unknown): number | null {
  if (!(error instanceof Error) || !("errcode" in error)) return null;
  // The low byte is the primary code; the rest says more of the same.
  return typeof error.errcode === "number" ? error.errcode & 0xff : null;
}

function isFileFault(error: unknown): boolean {
  const { PermissionDenied, NotCapable, NotADirectory, NotFound, AlreadyExists, IsADirectory } = Deno.errors;
  if (
    [PermissionDenied, NotCapable, NotADirectory, NotFound, AlreadyExists, IsADirectory].some((e) => error instanceof e)
  ) {
    return true;
  }
  return error instanceof Error && "code" in error && (error.code === "EROFS" || error.code === "EACCES");
}
