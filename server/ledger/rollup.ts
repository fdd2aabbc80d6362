/** Quarter-hour sums: why neither a rebuild nor a usage report ever scans attempts. */
import type { AttemptRow, ModelUsage } from "./ledger.ts";

/** A quarter hour in milliseconds: the coarsest span on whose edges every IANA zone's midnight falls today. */
export const QUARTER_MS = 900_000;

/** What one workspace consumed of one model in one quarter hour. */
export interface Rollup {
  /** Whole quarter hours since the epoch. */
  quarter: number;
  usage: ModelUsage;
}

/** What is summed. Written out: the worker, which starts with the service, need not load the schemas for five names. */
export const COUNT_FIELDS = [
  "calls",
  "attempts",
  "failed",
  "estimated_calls",
  "input_tokens",
  "cached_input_tokens",
  "output_tokens",
  "reasoning_tokens",
  "total_tokens",
] as const satisfies readonly (keyof ModelUsage)[];

const NO_TOKENS = { input_tokens: 0, cached_input_tokens: 0, output_tokens: 0, reasoning_tokens: 0, total_tokens: 0 };

/**
 * The quarter hour in which an instant lies.
 *
 * @example
 * ```ts
 * import { quarterOf } from "./rollup.ts";
 *
 * console.assert(quarterOf(899_999) === 0);
 * console.assert(quarterOf(900_000) === 1);
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

  add(row: AttemptRow): void {
    const share = usageOf(row);
    const quarter = quarterOf(row.started_at_ms);
    const key = `${quarter} ${keyOf(share)}`;
    const rollup = this.#rollups.get(key);
    if (rollup) addUsage(rollup.usage, share);
    else this.#rollups.set(key, { quarter, usage: share });
  }

  values(): Iterable<Rollup> {
    return this.#rollups.values();
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

function usageOf(row: AttemptRow): ModelUsage {
  return {
    workspace_id: row.workspace_id,
    model: row.model,
    calls: row.retry === 0 ? 1 : 0,
    attempts: 1,
    failed: row.outcome === "failed" ? 1 : 0,
    estimated_calls: row.usage_source === "estimated" || row.usage_source === "unknown" ? 1 : 0,
    ...(hasKnownTokens(row) ? row.usage : NO_TOKENS),
  };
}

function addUsage(into: ModelUsage, share: ModelUsage): void {
  for (const field of COUNT_FIELDS) into[field] = addCounts(into[field], share[field]);
}

/** A workspace id has no space in it, and no model is not the model "". */
function keyOf(usage: ModelUsage): string {
  return usage.model === null ? usage.workspace_id : `${usage.workspace_id} ${usage.model}`;
}
