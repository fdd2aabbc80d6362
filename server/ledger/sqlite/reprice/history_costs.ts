/** Corrects the costs in the sums of history. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { MAX_USD_NANOS } from "../../../../shared/money/money.ts";
import { dimensionsOf, encodeDimensions } from "../../history/dimensions.ts";
import { MINUTE_MS } from "../../history/open_minutes.ts";
import { QUARTER_MS } from "../../rollup.ts";
import { LedgerError } from "../../ledger.ts";
import { HISTORY_LEVELS, type Level } from "../history/rows.ts";
import type { CostChange } from "./cost_change.ts";

const { minute: MINUTE, quarter: QUARTER, day: DAY } = HISTORY_LEVELS;

const SELECT = `SELECT CAST(cost_usd_nanos AS TEXT) AS cost, unpriced_calls FROM history
  WHERE level = ? AND dimensions = ? AND minute = ?`;

const UPDATE = `UPDATE history SET cost_usd_nanos = ?, unpriced_calls = ?
  WHERE level = ? AND dimensions = ? AND minute = ?`;

// Days are those of a zone, so their start follows from no arithmetic here.
const DAY_OF = `SELECT max(minute) AS minute FROM history WHERE level = ${DAY} AND dimensions = ? AND minute <= ?`;

/** What some changes add to the sums of one minute in one set of dimensions. */
interface Difference {
  dimensions: string;
  minute: number;
  cost: bigint;
  unpriced: number;
}

export class HistoryCosts {
  readonly #find: StatementSync;
  readonly #select: StatementSync;
  readonly #update: StatementSync;
  readonly #dayOf: StatementSync;

  constructor(db: DatabaseSync) {
    this.#find = db.prepare("SELECT id FROM history_dimensions WHERE dimensions = ?");
    this.#select = db.prepare(SELECT);
    this.#update = db.prepare(UPDATE);
    this.#dayOf = db.prepare(DAY_OF);
  }

  /**
   * Corrects all levels. The caller has begun a transaction, and all attempts are in the sums.
   *
   * @throws {LedgerError} `corrupt` when an attempt is in no sum.
   */
  correct(changes: readonly CostChange[]): void {
    // Minutes are deleted after some days.
    for (const difference of differences(changes, MINUTE_MS)) this.#add(MINUTE, difference);
    for (const difference of differences(changes, QUARTER_MS)) {
      if (!this.#add(QUARTER, difference) && !this.#addToDay(difference)) throw missing(difference);
    }
  }

  #addToDay(difference: Difference): boolean {
    const row = this.#dayOf.get(this.#idOf(difference), difference.minute);
    return row?.minute != null && this.#add(DAY, { ...difference, minute: Number(row.minute) });
  }

  /** @returns `false` if there is no such sum. */
  #add(level: Level, difference: Difference): boolean {
    const place = [level, this.#idOf(difference), difference.minute];
    const sums = this.#select.get(...place);
    if (!sums) return false;
    const cost = BigInt(String(sums.cost)) + difference.cost;
    this.#update.run(bounded(cost), Number(sums.unpriced_calls) + difference.unpriced, ...place);
    return true;
  }

  #idOf({ dimensions }: Difference): number {
    return Number(this.#find.get(dimensions)?.id ?? -1);
  }
}

function missing({ minute }: Difference): LedgerError {
  const at = new Date(minute * MINUTE_MS).toISOString();
  return new LedgerError("corrupt", `Cannot correct the history from ${at}: it lacks an attempt of the ledger`);
}

/** Sums stop at a maximum, from which nothing can be subtracted exactly. */
function bounded(cost: bigint): bigint {
  return cost < 0n ? 0n : cost > MAX_USD_NANOS ? MAX_USD_NANOS : cost;
}

/** Sums up changes by dimensions and by spans of this length, each named by its first minute. */
function differences(changes: readonly CostChange[], span_ms: number): Iterable<Difference> {
  const sums = new Map<string, Difference>();
  for (const { row, before } of changes) {
    const dimensions = encodeDimensions(dimensionsOf(row));
    const minute = Math.floor(row.started_at_ms / span_ms) * (span_ms / MINUTE_MS);
    const key = `${minute} ${dimensions}`;
    const sum = sums.get(key) ?? { dimensions, minute, cost: 0n, unpriced: 0 };
    sums.set(key, sum);
    sum.cost += (row.cost_usd_nanos ?? 0n) - (before.cost_usd_nanos ?? 0n);
    if (row.cost_usd_nanos === null) sum.unpriced++;
    if (before.cost_usd_nanos === null) sum.unpriced--;
  }
  return sums.values();
}
