/** Deletes old attempts in small batches, between the commits of the worker. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { execute } from "./connect.ts";

/** The time that a batch should take: writers wait for it. */
const TARGET_MS = 5;

/** Bounds of a batch. The first one is small, because nothing is in memory yet. */
const MIN_ROWS = 16, MAX_ROWS = 2_000;

// The newest attempt stays, because resets refer to its place: an empty table would number its rows from 1 again. So do
// those that are not in the sums of history yet.
const DELETE = `
  DELETE FROM attempts WHERE seq IN (
    SELECT seq FROM attempts WHERE started_at_ms < ?1 AND seq < (SELECT max(seq) FROM attempts)
      AND seq <= (SELECT attempt FROM history_place)
    ORDER BY started_at_ms LIMIT ?2
  )`;

export class AttemptPruner {
  readonly #db: DatabaseSync;
  readonly #delete: StatementSync;
  readonly #retain: StatementSync;
  readonly #now: () => number;
  #rows = MIN_ROWS;

  /** @param now a clock in milliseconds, which need not be the time of day. */
  constructor(db: DatabaseSync, now = () => performance.now()) {
    this.#db = db;
    this.#now = now;
    this.#delete = db.prepare(DELETE);
    this.#retain = db.prepare("UPDATE retention SET from_ms = ? WHERE from_ms < ?");
  }

  /**
   * Deletes a batch of the oldest attempts that started before an instant.
   *
   * @returns how many were deleted; 0 when there are none left.
   * @throws the database's own error, with nothing deleted.
   */
  prune(before_ms: number): number {
    const start = this.#now();
    const deleted = this.#deleteBatch(before_ms);
    const took = this.#now() - start;
    if (took > TARGET_MS) this.#rows = Math.max(MIN_ROWS, this.#rows >> 1);
    else if (took < TARGET_MS / 2) this.#rows = Math.min(MAX_ROWS, this.#rows * 2);
    return deleted;
  }

  /** Notes the instant in the same transaction, so that a check never compares the sums of deleted attempts. */
  #deleteBatch(before_ms: number): number {
    execute(this.#db, "BEGIN IMMEDIATE");
    try {
      this.#retain.run(before_ms, before_ms);
      const { changes } = this.#delete.run(before_ms, this.#rows);
      execute(this.#db, "COMMIT");
      return Number(changes);
    } catch (error) {
      if (this.#db.isTransaction) execute(this.#db, "ROLLBACK");
      throw error;
    }
  }
}
