/** Inserts attempts, several with one statement, which takes less than half as long as one by one. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { AttemptRun } from "../../attempt_columns.ts";
import { packAttempt, VALUES } from "../../attempt_values.ts";
import type { AttemptRow } from "../../ledger.ts";
import { isEntryFault } from "../errors.ts";
import { SeveralRows } from "./several_rows.ts";

/** How many rows one statement inserts. A longer one costs more for each row. */
const TOGETHER = [32, 8] as const;

const INSERT = `INSERT INTO attempts (${VALUES.map(({ name }) => name).join(", ")})
  VALUES (${VALUES.map(() => "?").join(", ")}) ON CONFLICT (id) DO NOTHING`;

/** Inserts attempts; the caller has begun a transaction. */
export class AttemptTable {
  readonly #db: DatabaseSync;
  readonly #one: StatementSync;
  readonly #several: SeveralRows;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#one = db.prepare(INSERT);
    this.#several = new SeveralRows(db);
  }

  /** Inserts a row. Returns `false` when its id exists. */
  insert(row: AttemptRow): boolean {
    return this.#one.run(...packAttempt(row)).changes === 1;
  }

  /**
   * Tries to insert the rows of a run together.
   *
   * @param done gets each part of the run in turn, and whether its rows were inserted: if not, because one of them is a
   *   duplicate or invalid or because they are few, insert them one by one.
   */
  insertRun({ columns, count }: AttemptRun, done: (from: number, to: number, inserted: boolean) => void): void {
    this.#several.expect(columns);
    for (let at = 0; at < count;) {
      const size = TOGETHER.find((size) => at + size <= count);
      const end = size ? at + size : count;
      done(at, end, size !== undefined && this.#insertTogether(columns, at, size));
      at = end;
    }
  }

  #insertTogether(columns: AttemptRun["columns"], at: number, count: number): boolean {
    try {
      this.#several.insert(columns, at, count);
      return true;
    } catch (error) {
      if (!this.#db.isTransaction || !isEntryFault(error)) throw error;
      return false;
    }
  }
}
