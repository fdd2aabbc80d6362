/** Quarter-hour sums: why neither a rebuild nor a usage report ever scans attempts. */
import { noTokens, TOKEN_FIELDS } from "../../shared/tokens.ts";
import type { AttemptRow, ModelUsage } from "./ledger.ts";

/** A quarter hour in milliseconds: the coarsest span on whose edges every IANA zone's midnight falls today. */
export const QUARTER_MS = 900_000;

/** What one workspace consumed of one model in one quarter hour. */
export interface Rollup {
  /** Whole quarter hours since the epoch. */
  quarter: number;
  usage: ModelUsage;
}

/** The counts that are summed. */
export const COUNT_FIELDS = ["calls", "attempts", "failed", "estimated_calls", ...TOKEN_FIELDS] as const;

const NO_COUNTS = { calls: 0, attempts: 0, failed: 0, estimated_calls: 0, ...noTokens() };

/**
 * The quarter hour in which an instant lies.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { quarterOf } from "./rollup.ts";
 *
 * assert.equal(quarterOf(899_999), 0);
 * assert.equal(quarterOf(900_000), 1);
 * ```
 */
export function quarterOf(ms: number): number {
  return Math.floor(ms / QUARTER_MS);
}

/** Tells whether an attempt's tokens are known well enough to be added up; else they are zero in every sum. */
export function hasKnownTokens(row: AttemptRow): boolean {
  return row.usage_source === "counted" || row.usage_source === "estimated";
}

/** Adds counts, stopping at the largest that a double holds: absurd reports must not make the ledger unreadable. */
export function addCounts(a: number, b: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, a + b);
}

/** Sums per quarter hour, workspace and model. */
export class RollupTable {
  readonly #rollups = new Map<string, Rollup>();
  #last: Rollup | undefined;

  add(row: AttemptRow): void {
    addRow(this.#of(row).usage, row);
  }

  values(): Iterable<Rollup> {
    return this.#rollups.values();
  }

  /** Rows come in runs of one workspace and model: most need no key. */
  #of(row: AttemptRow): Rollup {
    const { workspace_id, model } = row;
    const quarter = quarterOf(row.started_at_ms);
    const last = this.#last;
    if (last?.quarter === quarter && last.usage.model === model && last.usage.workspace_id === workspace_id) {
      return last;
    }
    const key = `${quarter} ${keyOf(row)}`;
    const rollup = this.#rollups.get(key) ?? { quarter, usage: { workspace_id, model, ...NO_COUNTS } };
    this.#rollups.set(key, rollup);
    return this.#last = rollup;
  }
}

/** Sums rollups per workspace and model. */
export function sumByModel(rollups: Iterable<Rollup>): ModelUsage[] {
  const sums = new Map<string, ModelUsage>();
  for (const { usage } of rollups) {
    const sum = sums.get(keyOf(usage));
    if (sum) addUsage(sum, usage);
    else sums.set(keyOf(usage), { ...usage });
  }
  return [...sums.values()];
}

function addRow(into: ModelUsage, row: AttemptRow): void {
  if (row.retry === 0) into.calls++;
  into.attempts++;
  if (row.outcome === "failed") into.failed++;
  if (row.usage_source === "estimated" || row.usage_source === "unknown") into.estimated_calls++;
  if (!hasKnownTokens(row)) return;
  for (const field of TOKEN_FIELDS) into[field] = addCounts(into[field], row.usage[field]);
}

function addUsage(into: ModelUsage, share: ModelUsage): void {
  for (const field of COUNT_FIELDS) into[field] = addCounts(into[field], share[field]);
}

/** A workspace id has no space in it, and no model is not the model "". */
function keyOf({ workspace_id, model }: Pick<ModelUsage, "workspace_id" | "model">): string {
  return model === null ? workspace_id : `${workspace_id} ${model}`;
}
