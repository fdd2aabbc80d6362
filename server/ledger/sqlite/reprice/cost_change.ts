/** What another price changes in an attempt. */
import type { AttemptRow } from "../../ledger.ts";

/** The fields of an attempt that its price decides. */
interface Cost {
  cost_usd_nanos: NonNullable<AttemptRow["cost_usd_nanos"]> | null;
  unpriced: string | null;
  charged_usd_nanos: NonNullable<AttemptRow["charged_usd_nanos"]> | null;
}

/** An attempt whose cost is another one. */
export interface CostChange {
  /** Its place in the order of appends. */
  seq: number;
  before: Cost;
  /** The attempt with its new cost. */
  row: AttemptRow & Cost;
}

/**
 * The change that prices make to an attempt, which may be none: see {@link isChange}.
 *
 * @param price sets the cost of an attempt, as at its end.
 */
export function costChange(seq: number, row: AttemptRow, price: (row: AttemptRow) => void): CostChange {
  const { cost_usd_nanos = null, unpriced = null, charged_usd_nanos = null } = row;
  const priced = { ...row, cost_usd_nanos: null, unpriced: null };
  price(priced);
  // Budgets go on counting what they counted where the cost is not known any more.
  const charged = priced.cost_usd_nanos === null ? charged_usd_nanos ?? cost_usd_nanos : null;
  return {
    seq,
    before: { cost_usd_nanos, unpriced, charged_usd_nanos },
    row: { ...priced, charged_usd_nanos: charged },
  };
}

/** Whether the cost, or the reason for which it is unknown, differs. */
export function isChange({ before, row }: CostChange): boolean {
  return before.cost_usd_nanos !== row.cost_usd_nanos || before.unpriced !== row.unpriced;
}
