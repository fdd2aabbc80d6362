/** The team's own prices over the public ones: for all workspaces, or for one. */
import { type PricedTier, setsPrices } from "../../shared/money/prices.ts";
import type { TeamPrice, TeamPrices } from "../../shared/money/prices_schema.ts";
import type { UnpricedReason } from "../core/pricing.ts";
import { covers, nameMatcher, type PublicPrices } from "./public_prices.ts";
import { afterDiscount, multiply, type Tariff, tariffOf } from "./tariff.ts";

/** Finds tariffs by a list of the team's prices, of which the first match applies, and otherwise by the public prices. */
export class TeamTariffs {
  readonly #prices: { price: TeamPrice; matches(model: string): boolean }[];
  readonly #public: PublicPrices;

  constructor(prices: TeamPrices, publicPrices: PublicPrices) {
    this.#prices = prices.map((price) => ({ price, matches: nameMatcher(price.model) }));
    this.#public = publicPrices;
  }

  /** The tariff of a model's calls in a tier on a day, in UTC. */
  find(model: string, tier: PricedTier, day: string): Tariff | UnpricedReason {
    const found = this.#prices.find(({ price, matches }) => covers(price, day) && matches(model))?.price;
    if (found === undefined) return this.#public.find(model, tier, day);
    const tariff = setsPrices(found) ? ownTariff(found, tier) : this.#public.find(found.like ?? model, tier, day);
    if (typeof tariff === "string" || found.discount_percent === undefined) return tariff;
    return multiply(tariff, afterDiscount(found.discount_percent));
  }
}

function ownTariff(price: TeamPrice, tier: PricedTier): Tariff | UnpricedReason {
  const spec = price.tiers?.[tier] ?? (tier === "default" ? price : undefined);
  return spec ? tariffOf(spec) : "unknown_tier";
}
