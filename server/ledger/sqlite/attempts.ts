/** Inserts attempts, several with one statement, which takes a fifth less time than one by one. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type AttemptValues, packAttempt, pushAttempt, VALUES } from "../attempt_values.ts";
import type { AttemptRow, LedgerEntry } from "../ledger.ts";
import { isEntryFault } from "./errors.ts";

/** How many rows {@link AttemptTable.insertTogether} inserts. A longer statement costs more for each row. */
const TOGETHER = 8;

const INSERT = `INSERT INTO attempts (${VALUES.map(({ name }) => name).join(", ")})`;
const SELECT = `SELECT ${VALUES.map(() => "?").join(", ")}`;

/** Inserts attempts; the caller has begun a transaction. */
export class AttemptTable {
  readonly #db: DatabaseSync;
  readonly #one: StatementSync;
  readonly #several: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#one = db.prepare(`${INSERT} ${SELECT} WHERE true ON CONFLICT (id) DO NOTHING`);
    // SQLite inserts a UNION ALL of SELECTs faster than the same rows after VALUES.
    this.#several = db.prepare(`${INSERT} ${Array.from({ length: TOGETHER }, () => SELECT).join(" UNION ALL ")}`);
  }

  /** Inserts a row. Returns `false` when its id exists. */
  insert(row: AttemptRow): boolean {
    return this.#one.run(...packAttempt(row)).changes === 1;
  }

  /**
   * Inserts {@link TOGETHER} rows in their order, or none of them.
   *
   * @returns `false`, with nothing inserted, when one of them is a duplicate or invalid: insert them one by one then.
   */
  insertTogether(rows: readonly AttemptRow[]): boolean {
    const values: AttemptValues = [];
    for (const row of rows) pushAttempt(values, row);
    try {
      this.#several.run(...values);
      return true;
    } catch (error) {
      if (!this.#db.isTransaction || !isEntryFault(error)) throw error;
      return false;
    }
  }
}

/** The next {@link TOGETHER} entries if all of them are attempts, else `null`. */
export function attemptsFrom(entries: readonly LedgerEntry[], start: number): AttemptRow[] | null {
  if (start + TOGETHER > entries.length) return null;
  const rows: AttemptRow[] = [];
  for (let place = start; place < start + TOGETHER; place++) {
    const entry = entries[place];
    if (entry.kind !== "attempt") return null;
    rows.push(entry.row);
  }
  return rows;
}
