/** Prices for tests: one price for each token, without the rules of real ones. */
import type { Pricing } from "../../server/core/pricing.ts";
import { parseUsd, timesUsd } from "../../shared/money/money.ts";

/**
 * Prices of `per_token` dollars. Models whose names begin with `unknown` have no price, images no worst case.
 *
 * @param per_token a decimal string.
 */
export function fakePricing(per_token = "0.00001"): { value: Pricing } {
  const price = parseUsd(per_token)!;
  const value: Pricing = {
    costOf: ({ model, usage }) => {
      if (model === null || model.startsWith("unknown")) return { unpriced: "unknown_model" };
      return { cost_usd_nanos: timesUsd(price, usage.total_tokens) };
    },
    worstCase: ({ model, endpoint, input_tokens, output_cap }) => {
      if (model === null || output_cap === null || endpoint.startsWith("images")) return null;
      return timesUsd(price, input_tokens + output_cap);
    },
    about: { library: "none", overlay_date: "2026-11-27", age_days: 0 },
  };
  return { value };
}
