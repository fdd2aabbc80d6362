/** Inserts several rows with one statement, which binds a value that all of them have once. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { AttemptColumn } from "../../attempt_columns.ts";
import { type AttemptValues, VALUES } from "../../attempt_values.ts";

/**
 * How a statement gets a column: not at all, because it was `null` in every row so far; as one value for all its rows; as
 * a value for each. A column only ever rises: after a few batches, statements stay as they are.
 */
const [ABSENT, SHARED, OWN] = [0, 1, 2];

/** The statements for every number of rows that are inserted together, for the columns that were seen until now. */
export class SeveralRows {
  readonly #db: DatabaseSync;
  readonly #kinds: number[] = VALUES.map(() => ABSENT);
  readonly #statements = new Map<number, StatementSync>();
  #shared: number[] = [];
  #own: number[] = [];

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Prepares for a run of attempts. To be called before {@link insert}. */
  expect(columns: readonly AttemptColumn[]): void {
    let risen = false;
    columns.forEach((column, place) => {
      const kind = Array.isArray(column) ? OWN : column === null ? ABSENT : SHARED;
      if (kind <= this.#kinds[place]) return;
      this.#kinds[place] = kind;
      risen = true;
    });
    if (!risen) return;
    this.#statements.clear();
    [this.#shared, this.#own] = [SHARED, OWN].map((kind) => placesOf(this.#kinds, kind));
  }

  /**
   * Inserts rows in their order, or none of them.
   *
   * @param at the place of the first one in the run.
   * @throws the database's own error.
   */
  insert(columns: readonly AttemptColumn[], at: number, count: number): void {
    const values: AttemptValues = [];
    for (const place of this.#shared) values.push(columns[place] as AttemptValues[number]);
    for (let row = at; row < at + count; row++) {
      for (const place of this.#own) values.push(valueAt(columns[place], row));
    }
    this.#statement(count).run(...values);
  }

  #statement(count: number): StatementSync {
    const known = this.#statements.get(count);
    if (known) return known;
    const statement = this.#db.prepare(insertSql(this.#shared, this.#own, count));
    this.#statements.set(count, statement);
    return statement;
  }
}

function placesOf(kinds: readonly number[], wanted: number): number[] {
  return kinds.flatMap((kind, place) => kind === wanted ? [place] : []);
}

function valueAt(column: AttemptColumn, row: number): AttemptValues[number] {
  return Array.isArray(column) ? column[row] : column;
}

/** SQLite inserts a UNION ALL of SELECTs faster than the same rows after VALUES. */
function insertSql(shared: readonly number[], own: readonly number[], count: number): string {
  const names = [...shared, ...own].map((place) => VALUES[place].name);
  const rows = Array.from({ length: count }, () => select(own)).join(" UNION ALL ");
  const all = shared.length === 0 ? rows : `SELECT * FROM (${select(shared)}) CROSS JOIN (${rows})`;
  return `INSERT INTO attempts (${names.join(", ")}) ${all}`;
}

function select(places: readonly number[]): string {
  return `SELECT ${places.map(() => "?").join(", ")}`;
}
