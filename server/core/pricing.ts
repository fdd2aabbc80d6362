/** The port of prices: what a call costs. The tracker asks when an attempt ends; `server/prices/` answers. */
import type { TokenUsage } from "../../shared/usage.ts";
import type { UNPRICED_REASONS } from "../../shared/attempt_fields.ts";
import type { UsdNanos } from "../../shared/money/money.ts";
import type { UsageParts } from "../../shared/tokens.ts";

/** Why the cost of a call is not known. */
export type UnpricedReason = (typeof UNPRICED_REASONS)[number];

/** Everything that the price of a call depends on. */
export interface PricedCall {
  /** For a team's own prices. */
  workspace_id: string;
  /** The model that answered. */
  model: string | null;
  /** The model that was requested. */
  requested_model: string | null;
  /** As in the ledger: the path after `/v1/`. */
  endpoint: string;
  /** The tier that the provider returned; `null` where it named none. */
  tier: string | null;
  usage: TokenUsage;
  usage_parts: UsageParts | null;
  /** When the call started: prices change on dates. */
  at_ms: number;
}

/** The cost of a call, or why it is not known. Unknown is never $0. */
type Price = { cost_usd_nanos: UsdNanos } | { unpriced: UnpricedReason };

/** A call that has not been sent. */
interface ExpectedCall extends Pick<PricedCall, "workspace_id" | "model" | "endpoint" | "tier" | "at_ms"> {
  input_tokens: number;
  /** The tokens that it may put out at most; `null` where it has no maximum. */
  output_cap: number | null;
}

/** The data that prices are taken from. */
interface PricesAbout {
  /** The library with its version. */
  library: string;
  /** The day of our own additions to it, as `2026-11-27`. */
  overlay_date: string;
  /** The age of the newest of both. */
  age_days: number;
}

/** Prices that load after the start; `undefined` until then. */
export interface PricingSource {
  readonly value: Pricing | undefined;
}

/** Prices. Both questions are answered immediately, because a call waits for the answer. */
export interface Pricing {
  costOf(call: PricedCall): Price;
  /** The most that a call can cost; `null` where that is not known. */
  worstCase(call: ExpectedCall): UsdNanos | null;
  readonly about: PricesAbout;
}
