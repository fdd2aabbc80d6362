/** Entries as one text for the worker. A string is transferred without a structured clone; columns make it a third. */
import { type AttemptRun, rowsOf, runsOf } from "../../attempt_columns.ts";
import { type AttemptValues, packAttempt, unpackAttempt } from "../../attempt_values.ts";
import type { LedgerEntry } from "../../ledger.ts";

/** Entries, with their runs of attempts as columns too. */
export interface Batch {
  entries: LedgerEntry[];
  runs: AttemptRun[];
}

/** What the text has: runs, and the entries outside of them with their index. */
interface Packed {
  runs: AttemptRun[];
  others: [index: number, entry: PackedEntry][];
}

/** Only attempts are frequent enough to be packed. */
type PackedEntry = AttemptValues | Exclude<LedgerEntry, { kind: "attempt" }>;

/** One text for a batch. */
export function packEntries(entries: readonly LedgerEntry[]): string {
  const runs = runsOf(entries);
  const others: Packed["others"] = [];
  let index = 0;
  for (const { start, count } of [...runs, { start: entries.length, count: 0 }]) {
    for (; index < start; index++) others.push([index, packEntry(entries[index])]);
    index += count;
  }
  return JSON.stringify({ runs, others } satisfies Packed);
}

/**
 * The entries of a text that {@link packEntries} made.
 *
 * Replaces NUL by U+FFFD: SQLite ends a text at NUL when it reads it, so two different ids could become equal.
 */
export function unpackEntries(text: string): Batch {
  const { runs, others }: Packed = text.includes("\\u0000")
    ? JSON.parse(text, (_, value) => typeof value === "string" ? value.replaceAll("\0", "\ufffd") : value)
    : JSON.parse(text);
  const entries: LedgerEntry[] = [];
  for (const [index, entry] of others) entries[index] = unpackEntry(entry);
  for (const run of runs) rowsOf(run).forEach((row, at) => entries[run.start + at] = { kind: "attempt", row });
  return { entries, runs };
}

function packEntry(entry: LedgerEntry): PackedEntry {
  return entry.kind === "attempt" ? packAttempt(entry.row) : entry;
}

function unpackEntry(entry: PackedEntry): LedgerEntry {
  return Array.isArray(entry) ? { kind: "attempt", row: unpackAttempt(entry) } : entry;
}
