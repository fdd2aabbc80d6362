/** Sets the cost of an attempt at its end. */
import type { Pricing, UnpricedReason } from "../../core/pricing.ts";
import type { AttemptRow } from "../../ledger/ledger.ts";
import { hasKnownTokens } from "../../ledger/rollup.ts";
import { ZERO_USD } from "../../../shared/money/money.ts";

/**
 * Sets `cost_usd_nanos`, or the reason for which it is unknown in `unpriced`. An attempt that used no model, or that the
 * provider refused, costs nothing. Any other attempt without usage has an unknown cost.
 */
export function priceRow(row: AttemptRow, pricing: Pricing): void {
  if (hasKnownTokens(row) || row.usage_parts) price(row, pricing);
  else if (row.takes_request === false || isRefused(row)) row.cost_usd_nanos = ZERO_USD;
  else setUnpriced(row, "unknown_usage");
}

function isRefused({ outcome, usage_source }: AttemptRow): boolean {
  return outcome === "failed" && usage_source === "none";
}

function price(row: AttemptRow, pricing: Pricing): void {
  const { workspace_id, model, endpoint, service_tier: tier, usage, started_at_ms: at_ms } = row;
  const { requested_model = null, usage_parts = null } = row;
  const price = pricing.costOf({ workspace_id, model, requested_model, endpoint, tier, usage, usage_parts, at_ms });
  if ("unpriced" in price) setUnpriced(row, price.unpriced);
  else row.cost_usd_nanos = price.cost_usd_nanos;
}

/** A price that is not known is not $0. */
function setUnpriced(row: AttemptRow, reason: UnpricedReason): void {
  row.cost_usd_nanos = null;
  row.unpriced = reason;
}
