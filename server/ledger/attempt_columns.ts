/** Consecutive attempts as columns. A column whose values are all the same, as most are, is one value. */
import { type AttemptValues, packedOf, unpackedRow, VALUES } from "./attempt_values.ts";
import type { AttemptRow, LedgerEntry } from "./ledger.ts";

/** The value that all attempts have, or a value for each of them. */
export type AttemptColumn = AttemptValues[number] | AttemptValues;

/** Consecutive attempts of a list of entries. */
export interface AttemptRun {
  /** The index of the first one. */
  start: number;
  count: number;
  /** One for each of {@link VALUES}. */
  columns: AttemptColumn[];
}

/** Fewer attempts take less time as rows. */
const MIN_RUN = 8;

// As in `attempt_values.ts`, functions that run for every row are generated: V8 compiles each to a few reads.

const COLUMN_OF = VALUES.map((value) =>
  new Function(
    "rows",
    `const first = (row => ${packedOf(value)})(rows[0]);
    for (const row of rows) if ((${packedOf(value)}) !== first) return rows.map(row => ${packedOf(value)});
    return first;`,
  ) as (rows: readonly AttemptRow[]) => AttemptColumn
);

const rowAt = new Function("lists", "at", `return ${unpackedRow((place) => `lists[${place}][at]`)};`) as (
  lists: AttemptValues[],
  at: number,
) => AttemptRow;

/** The runs of attempts in a list that are long enough to gain by columns, each as long as can be. */
export function runsOf(entries: readonly LedgerEntry[]): AttemptRun[] {
  const runs: AttemptRun[] = [];
  for (let start = 0; start + MIN_RUN <= entries.length; start++) {
    const rows = attemptsFrom(entries, start);
    if (rows.length >= MIN_RUN) {
      runs.push({
        start,
        count: rows.length,
        columns: COLUMN_OF.map((columnOf) => columnOf(rows)),
      });
    }
    start += rows.length;
  }
  return runs;
}

/** The attempts of a run. */
export function rowsOf({ count, columns }: AttemptRun): AttemptRow[] {
  const lists = columns.map((column) => Array.isArray(column) ? column : Array<typeof column>(count).fill(column));
  return Array.from({ length: count }, (_, at) => rowAt(lists, at));
}

function attemptsFrom(entries: readonly LedgerEntry[], start: number): AttemptRow[] {
  const rows: AttemptRow[] = [];
  for (let place = start; place < entries.length; place++) {
    const entry = entries[place];
    if (entry.kind !== "attempt") break;
    rows.push(entry.row);
  }
  return rows;
}
