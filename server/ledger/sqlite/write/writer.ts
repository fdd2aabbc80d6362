/** Writes a batch of entries in one transaction. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { AttemptRow, LedgerEntry, RefusalRow, ResetRow } from "../../ledger.ts";
import type { Notice } from "../../../../shared/api.ts";
import { type AttemptRun, runsOf } from "../../attempt_columns.ts";
import { AttemptTable } from "./attempts.ts";
import { COUNT_FIELDS, type Rollup, RollupTable } from "../../rollup.ts";
import { isEntryFault, toLedgerError } from "../errors.ts";
import type { Committed } from "../messages.ts";

/** How many workspaces are remembered as known. For the others an insert is tried. */
const KNOWN_WORKSPACES = 100_000;

// The two baselines are no longer read. A rebuild counts the attempts after the reset's place in the ledger.
const INSERT_RESET = `
  INSERT INTO resets (id, workspace_id, scope, at_ms, baseline_requests, baseline_tokens, after_attempt)
  VALUES (?, ?, ?, ?, 0, 0, (SELECT coalesce(max(seq), 0) FROM attempts))
  ON CONFLICT (id) DO NOTHING`;

const INSERT_NOTICE = "INSERT INTO notices (id, workspace_id, body) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING";

const INSERT_REFUSALS = `
  INSERT INTO refusals (id, workspace_id, at_ms, model, app, key_id, endpoint, calls) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO NOTHING`;

const INSERT_WORKSPACE = "INSERT INTO workspaces (id) VALUES (?) ON CONFLICT (id) DO NOTHING";

// Sums stop where a double stops being exact: absurd reports would make them permanently unreadable.
const ADD_ROLLUP = `
  INSERT INTO rollups (quarter, workspace_id, model_known, model, requested_model, ${COUNT_FIELDS.join(", ")})
  VALUES (?, ?, ?, ?, ?, ${COUNT_FIELDS.map(() => "?").join(", ")})
  ON CONFLICT DO UPDATE SET
    ${COUNT_FIELDS.map((name) => `${name} = min(${Number.MAX_SAFE_INTEGER}, ${name} + excluded.${name})`).join(", ")}`;

/** Writes entries. A ledger file has one writer. */
export class LedgerWriter {
  readonly #db: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #end: StatementSync;
  readonly #undo: StatementSync;
  readonly #attempts: AttemptTable;
  readonly #reset: StatementSync;
  readonly #notice: StatementSync;
  readonly #refusals: StatementSync;
  readonly #workspace: StatementSync;
  readonly #rollup: StatementSync;
  readonly #known = new Set<string>();

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#end = db.prepare("COMMIT");
    this.#undo = db.prepare("ROLLBACK");
    this.#attempts = new AttemptTable(db);
    this.#reset = db.prepare(INSERT_RESET);
    this.#notice = db.prepare(INSERT_NOTICE);
    this.#refusals = db.prepare(INSERT_REFUSALS);
    this.#workspace = db.prepare(INSERT_WORKSPACE);
    this.#rollup = db.prepare(ADD_ROLLUP);
  }

  /**
   * Commits entries in their order. An invalid entry is left out and reported; any other error rolls back all of them.
   *
   * @param runs the longer runs of attempts among them.
   * @throws the database's own error, with nothing committed.
   */
  commit(entries: readonly LedgerEntry[], runs: readonly AttemptRun[] = runsOf(entries)): Committed {
    this.#begin.run();
    try {
      const committed = this.#insertAll(entries, runs);
      this.#end.run();
      return committed;
    } catch (error) {
      this.#known.clear();
      // SQLite may have rolled back by itself, for example on a full disk.
      if (this.#db.isTransaction) this.#undo.run();
      throw error;
    }
  }

  #insertAll(entries: readonly LedgerEntry[], runs: readonly AttemptRun[]): Committed {
    const committed: Committed = { duplicates: [], refused: [] };
    const sums = new RollupTable();
    let place = 0;
    for (const run of runs) {
      this.#insertEach(entries, place, run.start, committed, sums);
      this.#attempts.insertRun(run, (from, to, inserted) => {
        const [start, end] = [run.start + from, run.start + to];
        if (inserted) this.#countAll(entries, start, end, sums);
        else this.#insertEach(entries, start, end, committed, sums);
      });
      place = run.start + run.count;
    }
    this.#insertEach(entries, place, entries.length, committed, sums);
    for (const rollup of sums.values()) this.#addRollup(rollup);
    return committed;
  }

  #insertEach(
    entries: readonly LedgerEntry[],
    start: number,
    end: number,
    committed: Committed,
    sums: RollupTable,
  ): void {
    for (let index = start; index < end; index++) {
      const entry = entries[index];
      try {
        if (!this.#insert(entry)) committed.duplicates.push(index);
        else if (entry.kind === "attempt") this.#count(entry.row, sums);
      } catch (error) {
        if (!this.#db.isTransaction || !isEntryFault(error)) throw error;
        const { code, message } = toLedgerError(`append ${entry.kind} "${entry.row.id}" to the ledger`, error);
        committed.refused.push({ index, code, message });
      }
    }
  }

  #insert(entry: LedgerEntry): boolean {
    switch (entry.kind) {
      case "attempt":
        return this.#attempts.insert(entry.row);
      case "reset":
        return this.#insertReset(entry.row);
      case "notice":
        return this.#insertNotice(entry.row);
      case "refusals":
        return this.#insertRefusals(entry.row);
    }
  }

  #insertRefusals({ id, workspace_id, at_ms, model, app, key_id, endpoint, calls }: RefusalRow): boolean {
    return this.#refusals.run(id, workspace_id, at_ms, model, app, key_id, endpoint, calls).changes === 1;
  }

  #insertReset({ id, workspace_id, scope, at_ms }: ResetRow): boolean {
    return this.#reset.run(id, workspace_id, scope, at_ms).changes === 1;
  }

  #insertNotice(row: Notice): boolean {
    return this.#notice.run(row.id, row.workspace_id, JSON.stringify(row)).changes === 1;
  }

  #countAll(entries: readonly LedgerEntry[], start: number, end: number, sums: RollupTable): void {
    for (let index = start; index < end; index++) this.#count(entries[index].row as AttemptRow, sums);
  }

  #count(row: AttemptRow, sums: RollupTable): void {
    sums.add(row);
    if (this.#known.has(row.workspace_id)) return;
    this.#workspace.run(row.workspace_id);
    if (this.#known.size >= KNOWN_WORKSPACES) this.#known.clear();
    this.#known.add(row.workspace_id);
  }

  #addRollup({ quarter, requested_model, usage }: Rollup): void {
    const known = usage.model === null ? 0 : 1;
    this.#rollup.run(
      quarter,
      usage.workspace_id,
      known,
      usage.model ?? "",
      requested_model ?? "",
      ...COUNT_FIELDS.map((name) => usage[name]),
    );
  }
}
