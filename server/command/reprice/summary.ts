/** Adds up what other prices change, within bounded memory. */
import { addUsd, type UsdNanos, ZERO_USD } from "../../../shared/money/money.ts";
import type { CostChange } from "../../ledger/sqlite/reprice/cost_change.ts";

/** Pairs of workspace and model that are added up one by one. Callers choose the names of models. */
const MAX_GROUPS = 10_000;

/** The largest single changes that are kept. */
const MAX_LARGEST = 10;

/** The sums of one workspace and model. */
interface Group {
  workspace_id: string;
  model: string | null;
  attempts: number;
  changed: number;
  before: UsdNanos;
  after: UsdNanos;
}

/** One change of a cost. */
interface SingleChange {
  id: string;
  started_at_ms: number;
  workspace_id: string;
  model: string | null;
  before: UsdNanos | null;
  after: UsdNanos | null;
}

export class RepriceSummary {
  readonly total = newGroup("", null);
  /** The largest first. */
  readonly largest: SingleChange[] = [];
  /** Attempts that had no price and have one now. */
  priced = 0;
  /** Attempts that had a price and have none now. */
  lost = 0;
  /** Attempts without a price now, by reason. */
  readonly unpriced = new Map<string, number>();
  readonly #groups = new Map<string, Group>();
  #others: Group | null = null;

  /** Groups with changes, the largest difference first. Those beyond the maximum are one group. */
  get changedGroups(): Group[] {
    const all = [...this.#groups.values(), ...(this.#others ? [this.#others] : [])];
    return all.filter(({ changed }) => changed > 0).sort((a, b) => descending(sizeOf(a), sizeOf(b)));
  }

  /** Adds an attempt. */
  add(change: CostChange, isChanged: boolean): void {
    for (const group of [this.total, this.#groupOf(change)]) {
      group.attempts++;
      if (isChanged) group.changed++;
      group.before = addUsd(group.before, change.before.cost_usd_nanos ?? ZERO_USD);
      group.after = addUsd(group.after, change.row.cost_usd_nanos ?? ZERO_USD);
    }
    this.#addPricing(change);
    if (isChanged) this.#addLargest(change);
  }

  #groupOf({ row: { workspace_id, model } }: CostChange): Group {
    const key = `${workspace_id} ${JSON.stringify(model)}`;
    const known = this.#groups.get(key);
    if (known) return known;
    if (this.#groups.size >= MAX_GROUPS) return this.#others ??= newGroup("(others)", null);
    const group = newGroup(workspace_id, model);
    this.#groups.set(key, group);
    return group;
  }

  #addPricing({ before, row: { cost_usd_nanos: after, unpriced } }: CostChange): void {
    if (before.cost_usd_nanos === null && after !== null) this.priced++;
    if (before.cost_usd_nanos !== null && after === null) this.lost++;
    if (unpriced !== null) this.unpriced.set(unpriced, (this.unpriced.get(unpriced) ?? 0) + 1);
  }

  #addLargest({ before: { cost_usd_nanos: before }, row }: CostChange): void {
    const { id, started_at_ms, workspace_id, model, cost_usd_nanos: after } = row;
    const single = { id, started_at_ms, workspace_id, model, before, after };
    if (sizeOf(single) === 0n) return;
    const place = this.largest.findIndex((other) => sizeOf(other) < sizeOf(single));
    this.largest.splice(place < 0 ? this.largest.length : place, 0, single);
    if (this.largest.length > MAX_LARGEST) this.largest.pop();
  }
}

function newGroup(workspace_id: string, model: string | null): Group {
  return { workspace_id, model, attempts: 0, changed: 0, before: ZERO_USD, after: ZERO_USD };
}

/** How far a cost moves. An unknown one counts as nothing. */
function sizeOf({ before, after }: Pick<SingleChange, "before" | "after">): bigint {
  const difference = (after ?? 0n) - (before ?? 0n);
  return difference < 0n ? -difference : difference;
}

function descending(a: bigint, b: bigint): number {
  return a < b ? 1 : a > b ? -1 : 0;
}
