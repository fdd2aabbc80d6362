/**
 * Keeps the sums of history equal to the rows of the ledger. New rows are added up in memory, and written to the tables
 * every few seconds, in one transaction with the place of the last row that they contain. After a crash, and after an
 * update from a version without history, the rows behind that place are read again.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type AttemptValues, COLUMNS, unpackAttempt } from "../../attempt_values.ts";
import { decodeDimensions } from "../../history/dimensions.ts";
import { OpenMarks } from "../../history/marks.ts";
import { type MinuteSums, OpenMinutes } from "../../history/open_minutes.ts";
import { addSums, noSums, type Sums } from "../../history/sums.ts";
import type { AttemptRow, LedgerEntry, RefusalRow } from "../../ledger.ts";
import { execute } from "../connect.ts";
import { MarkRows } from "./mark_rows.ts";
import { HISTORY_LEVELS, HistoryRows } from "./rows.ts";

/** Rows that are read at a time: about 5 ms. */
export const BATCH_ROWS = 500;

/** With more sums in memory they are written at the next opportunity. */
const MAX_OPEN = 20_000;

const ATTEMPTS = `SELECT seq, ${COLUMNS.join(", ")} FROM attempts WHERE seq > ? ORDER BY seq LIMIT ${BATCH_ROWS}`;
const REFUSALS = `SELECT * FROM refusals WHERE seq > ? ORDER BY seq LIMIT ${BATCH_ROWS}`;
const LAST = "SELECT (SELECT coalesce(max(seq), 0) FROM attempts), (SELECT coalesce(max(seq), 0) FROM refusals)";
const MINUTES_A_QUARTER = 15;

/** The last rows that are in the sums. */
interface Place {
  attempt: number;
  refusal: number;
}

export class HistoryWriter {
  readonly #db: DatabaseSync;
  readonly #rows: HistoryRows;
  readonly #findDimensions: StatementSync;
  readonly #addDimensions: StatementSync;
  readonly #markRows: MarkRows;
  readonly #open = new OpenMinutes();
  readonly #marks = new OpenMarks();
  /** All rows of the ledger are in the tables or in memory. */
  #isCurrent = false;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#rows = new HistoryRows(db);
    this.#markRows = new MarkRows(db);
    this.#findDimensions = db.prepare("SELECT id FROM history_dimensions WHERE dimensions = ?");
    this.#addDimensions = db.prepare("INSERT INTO history_dimensions (workspace_id, dimensions) VALUES (?, ?)");
  }

  /** Adds entries that were committed. */
  committed(entries: readonly LedgerEntry[]): void {
    if (!this.#isCurrent) return;
    for (const { kind, row } of entries) {
      if (kind === "attempt") this.#add(row);
      else if (kind === "refusals") this.#open.addRefusals(row);
    }
    if (this.#open.size > MAX_OPEN) this.flush();
  }

  /**
   * Writes what is in memory to the tables. Before all rows are read, reads a batch of them instead.
   *
   * @returns how many attempts of the ledger are in no sum yet.
   * @throws the database's own error, with nothing written: the rows are read again later.
   */
  flush(): number {
    if (this.#isCurrent) {
      if (this.#open.size > 0) this.#write(this.#last());
      return 0;
    }
    return this.#readBatch();
  }

  /** Reads the rows behind the place. */
  #readBatch(): number {
    const place = placeOf(this.#db);
    const attempts = this.#db.prepare(ATTEMPTS).all(place.attempt);
    for (const { seq: _, ...values } of attempts) {
      this.#add(unpackAttempt(Object.values(values) as AttemptValues));
    }
    const refusals = this.#db.prepare(REFUSALS).all(place.refusal);
    for (const row of refusals) this.#open.addRefusals(row as unknown as RefusalRow);
    const next = { attempt: lastOf(attempts) ?? place.attempt, refusal: lastOf(refusals) ?? place.refusal };
    if (attempts.length + refusals.length > 0) this.#write(next);
    const last = this.#last();
    this.#isCurrent = next.attempt === last.attempt && next.refusal === last.refusal;
    return last.attempt - next.attempt;
  }

  #last(): Place {
    const [attempt, refusal] = Object.values(this.#db.prepare(LAST).get()!) as number[];
    return { attempt, refusal };
  }

  #write(place: Place): void {
    const [minutes, marks] = [this.#open.drain(), this.#marks.drain()];
    try {
      execute(this.#db, "BEGIN IMMEDIATE");
      for (const sums of minutes) this.#addSums(HISTORY_LEVELS.minute, sums.minute, sums);
      for (const sums of byQuarter(minutes)) this.#addSums(HISTORY_LEVELS.quarter, sums.minute, sums);
      for (const minute of marks) this.#markRows.add(minute);
      this.#db.prepare("UPDATE history_place SET attempt = ?, refusal = ?").run(place.attempt, place.refusal);
      execute(this.#db, "COMMIT");
    } catch (error) {
      if (this.#db.isTransaction) execute(this.#db, "ROLLBACK");
      this.#isCurrent = false;
      throw error;
    }
  }

  #add(row: AttemptRow): void {
    this.#open.add(row);
    this.#marks.add(row);
  }

  #addSums(level: 0 | 1, minute: number, { dimensions, sums }: MinuteSums): void {
    this.#rows.add(level, this.#idOf(dimensions), minute, sums);
  }

  #idOf(dimensions: string): number {
    const known = this.#findDimensions.get(dimensions);
    if (known) return Number(known.id);
    return Number(this.#addDimensions.run(decodeDimensions(dimensions).workspace, dimensions).lastInsertRowid);
  }
}

function lastOf(rows: readonly Record<string, unknown>[]): number | undefined {
  return rows.at(-1)?.seq as number | undefined;
}

/** The place up to which a file's rows are in its sums. */
export function placeOf(db: DatabaseSync): Place {
  const { attempt, refusal } = db.prepare("SELECT attempt, refusal FROM history_place").get()!;
  return { attempt: Number(attempt), refusal: Number(refusal) };
}

/** The sums of quarter hours, their minute being the first. */
export function byQuarter(minutes: readonly MinuteSums[]): MinuteSums[] {
  const quarters = new Map<string, MinuteSums & { sums: Sums }>();
  for (const { dimensions, minute, sums } of minutes) {
    const first = minute - minute % MINUTES_A_QUARTER;
    const key = `${first} ${dimensions}`;
    const quarter = quarters.get(key) ?? { dimensions, minute: first, sums: noSums() };
    quarters.set(key, quarter);
    addSums(quarter.sums, sums);
  }
  return [...quarters.values()];
}
