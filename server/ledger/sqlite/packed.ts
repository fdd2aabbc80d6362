/** Entries as one text for the worker. A string is transferred without a structured clone; values without names halve it. */
import { type AttemptValues, packAttempt, unpackAttempt } from "../attempt_values.ts";
import type { LedgerEntry } from "../ledger.ts";

/** Only attempts are frequent enough to be packed. */
type PackedEntry = AttemptValues | Exclude<LedgerEntry, { kind: "attempt" }>;

/** One text for a batch. */
export function packEntries(entries: readonly LedgerEntry[]): string {
  return JSON.stringify(entries.map((entry): PackedEntry => entry.kind === "attempt" ? packAttempt(entry.row) : entry));
}

/**
 * The entries of a text that {@link packEntries} made.
 *
 * Replaces NUL by U+FFFD: SQLite ends a text at NUL when it reads it, so two different ids could become equal.
 */
export function unpackEntries(text: string): LedgerEntry[] {
  const entries: PackedEntry[] = text.includes("\\u0000")
    ? JSON.parse(text, (_, value) => typeof value === "string" ? value.replaceAll("\0", "\ufffd") : value)
    : JSON.parse(text);
  return entries.map((entry) => Array.isArray(entry) ? { kind: "attempt", row: unpackAttempt(entry) } : entry);
}
