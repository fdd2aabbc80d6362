/** Errors of SQLite and of the file system as {@link LedgerError}s. */
import { fileReason } from "../../runtime/file_reason.ts";
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
  full: "Free space on its disk; no restart is needed.",
  in_use: "Stop the other process, or set QUOTA_STORE to another path: both then count limits and budgets apart.",
  invalid: "",
};

/** Whether another connection locks the file at present. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === BUSY || code === LOCKED;
}

/** Whether the entry itself is invalid. Other entries of its batch can then still be committed. */
export function isEntryFault(error: unknown): boolean {
  const code = resultCode(error);
  return code === null ? error instanceof TypeError : [TOO_BIG, CONSTRAINT, MISMATCH, RANGE].includes(code);
}

/**
 * The error for an operator.
 *
 * @param doing the action that failed, as it stands after "Cannot": "open the ledger data/quota.db".
 */
export function toLedgerError(doing: string, error: unknown): LedgerError {
  if (error instanceof LedgerError) return error;
  const code = ledgerCode(error);
  const why = fileReason(error);
  const reason = isBusy(error) ? `${why}: another program has it open for writing, so end that one` : why;
  return ledgerError(code, doing, reason, error);
}

/** A {@link LedgerError} with the remedy for its code. */
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
  // The low byte is the primary code.
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
