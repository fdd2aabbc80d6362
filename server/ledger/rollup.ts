/** Sums per quarter hour. With them a usage report or a day's rebuild scans no attempts. */
import { noTokens, TOKEN_FIELDS } from "../../shared/tokens.ts";
import type { TokenUsage } from "../../shared/usage.ts";
import type { AttemptRow, ModelUsage, RebuildData } from "./ledger.ts";

/** A quarter hour in milliseconds: the longest span that divides the offset of every IANA zone today. */
export const QUARTER_MS = 900_000;

/** The usage of one model by one workspace in one quarter hour. */
export interface Rollup {
  /** Whole quarter hours since the epoch. */
  quarter: number;
  /** The name under which the model was requested. */
  requested_model: string | null;
  usage: ModelUsage;
}

/** The counts that are summed. */
export const COUNT_FIELDS = [
  "calls",
  "attempts",
  "failed",
  "estimated_calls",
  ...TOKEN_FIELDS,
  "charged_tokens",
  "requests",
] as const;

/** The sums themselves. */
type Counts = Record<(typeof COUNT_FIELDS)[number], number>;

const NO_COUNTS: Counts = {
  calls: 0,
  attempts: 0,
  failed: 0,
  estimated_calls: 0,
  ...noTokens(),
  charged_tokens: 0,
  requests: 0,
};

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

/** The start of the quarter hour in which an instant lies. */
export function startOfQuarter(ms: number): number {
  return quarterOf(ms) * QUARTER_MS;
}

/** Whether an attempt's tokens are known well enough to be summed. Others are zero in every sum of usage. */
export function hasKnownTokens({ usage_source }: Pick<AttemptRow, "usage_source">): boolean {
  return usage_source === "counted" || usage_source === "estimated";
}

/**
 * The tokens that an attempt takes from limits: what it used, or what it is charged because its usage is unknown.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { noTokens } from "../../shared/tokens.ts";
 * import { limitTokens } from "./rollup.ts";
 *
 * const usage = { ...noTokens(), total_tokens: 120 };
 * assert.equal(limitTokens({ usage, usage_source: "counted", charged_tokens: null }), 120);
 * assert.equal(limitTokens({ usage: noTokens(), usage_source: "unknown", charged_tokens: 8500 }), 8500);
 * ```
 */
export function limitTokens(row: Pick<AttemptRow, "usage" | "usage_source" | "charged_tokens">): number {
  return hasKnownTokens(row) ? row.usage.total_tokens : row.charged_tokens ?? 0;
}

/** Whether an attempt counts toward limits of requests. */
export function takesRequest({ takes_request }: Pick<AttemptRow, "takes_request">): boolean {
  return takes_request !== false;
}

/** Adds counts, up to the largest integer that a double holds: absurd reports must not make the ledger unreadable. */
export function addCounts(a: number, b: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, a + b);
}

/** Sums per quarter hour, workspace and model. */
export class RollupTable {
  readonly #rollups = new Map<string, Rollup>();
  /** That of each workspace's row before. */
  readonly #last = new Map<string, Rollup>();

  add(row: AttemptRow): void {
    addAttempt(this.#of(row).usage, row);
  }

  values(): Iterable<Rollup> {
    return this.#rollups.values();
  }

  /** Consecutive rows of a workspace often have the same model. They need no key. */
  #of(row: AttemptRow): Rollup {
    const { workspace_id, model } = row;
    const requested_model = requestedModel(row);
    const quarter = quarterOf(row.started_at_ms);
    const last = this.#last.get(workspace_id);
    if (last?.quarter === quarter && last.usage.model === model && last.requested_model === requested_model) {
      return last;
    }
    const key = `${quarter} ${keyOf({ workspace_id, model, requested_model })}`;
    const rollup = this.#rollups.get(key) ?? { quarter, requested_model, usage: { workspace_id, model, ...NO_COUNTS } };
    this.#rollups.set(key, rollup);
    this.#last.set(workspace_id, rollup);
    return rollup;
  }
}

/** The name under which a row's model was requested. Older rows lack it, and have one name. */
export function requestedModel(
  { model, requested_model }: Pick<AttemptRow, "model" | "requested_model">,
): string | null {
  return requested_model ?? model;
}

/** Sums rollups per workspace and model. */
export function sumByModel(rollups: Iterable<Rollup>): ModelUsage[] {
  return sum(Iterator.from(rollups).map(({ usage }) => usage));
}

/** Sums rollups per workspace and both names of each model. */
export function sumByNames(rollups: Iterable<Rollup>): RebuildData["day"] {
  return sum(Iterator.from(rollups).map(({ requested_model, usage }) => ({ ...usage, requested_model })));
}

function sum<T extends ModelUsage>(usages: Iterable<T>): T[] {
  const sums = new Map<string, T>();
  for (const usage of usages) {
    const sum = sums.get(keyOf(usage));
    if (sum) addUsage(sum, usage);
    else sums.set(keyOf(usage), { ...usage });
  }
  return [...sums.values()];
}

/** Adds all counts of tokens. Generated, because it runs for every row: see `attempt_values.ts`. */
export const addTokens = new Function(
  ...["into", "usage"],
  TOKEN_FIELDS.map((name) => `into.${name} = Math.min(${Number.MAX_SAFE_INTEGER}, into.${name} + usage.${name});`)
    .join("\n"),
) as (into: TokenUsage, usage: Readonly<TokenUsage>) => void;

/** Counts one attempt. One of unknown usage adds its charged tokens alone, and counts in `estimated_calls`. */
export function addAttempt(into: Counts, row: AttemptRow): void {
  if (row.retry === 0) into.calls++;
  into.attempts++;
  if (takesRequest(row)) into.requests++;
  if (row.outcome === "failed") into.failed++;
  if (row.usage_source === "estimated" || row.usage_source === "unknown") into.estimated_calls++;
  if (hasKnownTokens(row)) addTokens(into, row.usage);
  else into.charged_tokens = addCounts(into.charged_tokens, row.charged_tokens ?? 0);
}

function addUsage(into: ModelUsage, share: ModelUsage): void {
  for (const field of COUNT_FIELDS) into[field] = addCounts(into[field], share[field]);
}

/** Unique: a workspace id contains no space. */
function keyOf(
  { workspace_id, model, requested_model = null }: Pick<RebuildData["day"][number], "workspace_id" | "model"> & {
    requested_model?: string | null;
  },
): string {
  return `${workspace_id} ${JSON.stringify([model, requested_model])}`;
}
