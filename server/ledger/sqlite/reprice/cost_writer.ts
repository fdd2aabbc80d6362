/** Writes other costs into the ledger, and keeps those that were there before. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { execute } from "../connect.ts";
import { type CostChange } from "./cost_change.ts";
import { HistoryCosts } from "./history_costs.ts";

/**
 * Made when they are first needed, so that a version without them can still open the file. Retention deletes what was
 * believed of an attempt together with the attempt. No place is used twice, because a running service remembers the last
 * one that it has read.
 */
const TABLES = [
  `CREATE TABLE IF NOT EXISTS repricings (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    prices TEXT NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms INTEGER NOT NULL,
    workspace_id TEXT,
    actor TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE IF NOT EXISTS believed_costs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    attempt INTEGER NOT NULL REFERENCES attempts (seq) ON DELETE CASCADE,
    repricing INTEGER NOT NULL REFERENCES repricings (id),
    cost_usd_nanos INTEGER,
    unpriced TEXT,
    charged_usd_nanos INTEGER,
    new_cost_usd_nanos INTEGER,
    new_charged_usd_nanos INTEGER,
    UNIQUE (attempt, repricing)
  ) STRICT`,
];

const ADD_REPRICING = `INSERT INTO repricings (at_ms, prices, from_ms, to_ms, workspace_id, actor)
  VALUES (?, ?, ?, ?, ?, ?)`;

const ADD_BELIEVED = `INSERT INTO believed_costs
  (repricing, attempt, cost_usd_nanos, unpriced, charged_usd_nanos, new_cost_usd_nanos, new_charged_usd_nanos)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;

// An attempt that retention has deleted meanwhile, or that another run has changed, is left out.
const UPDATE = `UPDATE attempts SET cost_usd_nanos = ?, unpriced = ?, charged_usd_nanos = ?
  WHERE seq = ? AND cost_usd_nanos IS ? AND unpriced IS ?`;

/** What is noted with the costs that a run replaces. */
export interface RepricingNote {
  at_ms: number;
  /** Which prices are applied. */
  prices: string;
  from_ms: number;
  to_ms: number;
  /** `null` for all. */
  workspace_id: string | null;
  actor: string;
}

export class CostWriter {
  readonly #db: DatabaseSync;
  readonly #note: RepricingNote;
  readonly #history: HistoryCosts;
  readonly #update: StatementSync;
  /** The run's place in `repricings`, made with its first change. */
  #repricing: { id: number | bigint; believed: StatementSync } | null = null;

  constructor(db: DatabaseSync, note: RepricingNote) {
    this.#db = db;
    this.#note = note;
    this.#history = new HistoryCosts(db);
    this.#update = db.prepare(UPDATE);
  }

  /**
   * Writes changes in one transaction: the attempts, what was believed of them, and the sums of history.
   *
   * @returns those that were written.
   * @throws the database's own error, with nothing written.
   */
  write(changes: readonly CostChange[]): CostChange[] {
    const known = this.#repricing;
    execute(this.#db, "BEGIN IMMEDIATE");
    try {
      const { id, believed } = this.#repricing ??= this.#begin();
      const written = changes.filter((change) => this.#replace(change));
      for (const { seq, before, row } of written) {
        const former = [before.cost_usd_nanos, before.unpriced, before.charged_usd_nanos];
        believed.run(id, seq, ...former, row.cost_usd_nanos, row.charged_usd_nanos);
      }
      this.#history.correct(written);
      execute(this.#db, "COMMIT");
      return written;
    } catch (error) {
      this.#repricing = known;
      if (this.#db.isTransaction) execute(this.#db, "ROLLBACK");
      throw error;
    }
  }

  #begin() {
    for (const table of TABLES) execute(this.#db, table);
    const { at_ms, prices, from_ms, to_ms, workspace_id, actor } = this.#note;
    const { lastInsertRowid } = this.#db.prepare(ADD_REPRICING).run(at_ms, prices, from_ms, to_ms, workspace_id, actor);
    return { id: lastInsertRowid, believed: this.#db.prepare(ADD_BELIEVED) };
  }

  #replace({ seq, before, row }: CostChange): boolean {
    const values = [
      row.cost_usd_nanos,
      row.unpriced,
      row.charged_usd_nanos,
      seq,
      before.cost_usd_nanos,
      before.unpriced,
    ];
    return this.#update.run(...values).changes === 1;
  }
}
