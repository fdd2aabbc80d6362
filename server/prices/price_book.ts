/**
 * The prices of calls: the public ones, under our overlay, under the team's own. It loads the library, so the service loads
 * this file after its start.
 */
import { PRICED_TIERS, type PricedTier } from "../../shared/money/prices.ts";
import type { TeamPrices } from "../../shared/money/prices_schema.ts";
import type { UsdNanos } from "../../shared/money/money.ts";
import type { PricedCall, Pricing, UnpricedReason } from "../core/pricing.ts";
import { chargeOf, mostOf } from "./charge.ts";
import { type Family, libraryFamilies } from "./library.ts";
import { OVERLAY, type Overlay } from "./overlay.ts";
import { PublicPrices } from "./public_prices.ts";
import type { Tariff } from "./tariff.ts";
import { TeamTariffs } from "./team_prices.ts";

const DAY_MS = 86_400_000;

/** Models by day whose tariffs are kept. The names come from callers, so there may be any number of them. */
const MAX_KEPT = 10_000;

/** The team's own prices, as the limits file has them. */
export interface OwnPrices {
  prices?: TeamPrices;
  /** Prices of one workspace come before those of all. */
  workspaces?: Record<string, { prices?: TeamPrices }>;
}

interface PriceBookOptions {
  now(): number;
  /** Tests replace both. */
  library?: Family[];
  overlay?: Overlay;
}

/** A tariff by tier, in the order of {@link PRICED_TIERS}. */
type ByTier = (Tariff | UnpricedReason | undefined)[];

/** Resolves each model, tier and day once. */
class Resolved {
  readonly #tariffs: TeamTariffs;
  #days = new Map<number, Map<string, ByTier>>();
  #day = -1;
  #models = new Map<string, ByTier>();
  #kept = 0;

  constructor(tariffs: TeamTariffs) {
    this.#tariffs = tariffs;
  }

  find(model: string, tier: number, at_ms: number): Tariff | UnpricedReason {
    const day = Math.floor(at_ms / DAY_MS);
    if (day !== this.#day) this.#turnTo(day);
    let tariffs = this.#models.get(model);
    if (tariffs === undefined) {
      if (++this.#kept > MAX_KEPT) this.#forget(day);
      this.#models.set(model, tariffs = []);
    }
    return tariffs[tier] ??= this.#tariffs.find(model, PRICED_TIERS[tier], dayText(day));
  }

  #turnTo(day: number): void {
    this.#day = day;
    this.#models = this.#days.get(day) ?? new Map();
    this.#days.set(day, this.#models);
  }

  #forget(day: number): void {
    this.#days.clear();
    this.#kept = 1;
    this.#turnTo(day);
  }
}

/** The day in UTC. A time that is no date has no prices of its own: the earliest apply. */
function dayText(day: number): string {
  const date = new Date(day * DAY_MS);
  return Number.isNaN(date.getTime()) ? "0000-01-01" : date.toISOString().slice(0, 10);
}

const TIER_NAMES: Record<string, PricedTier> = {
  auto: "default",
  standard: "default",
  fast: "priority",
  ...Object.fromEntries(PRICED_TIERS.map((tier) => [tier, tier])),
};

const TIER_NUMBERS = new Map(
  Object.entries(TIER_NAMES).map(([name, tier]) => [name, PRICED_TIERS.indexOf(tier)]),
);

const BATCH = PRICED_TIERS.indexOf("batch");

/** The number of the tier; `undefined` for one that no price list knows. */
function tierNumber(tier: string | null, endpoint: string): number | undefined {
  if (endpoint.startsWith("batches")) return BATCH;
  return tier === null ? 0 : TIER_NUMBERS.get(tier);
}

/**
 * The prices of calls.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { PriceBook } from "./price_book.ts";
 *
 * const book = new PriceBook({ now: () => Date.UTC(2026, 10, 27) });
 * const usage = { input_tokens: 2006, cached_input_tokens: 1920, output_tokens: 300, reasoning_tokens: 0, total_tokens: 2306 };
 * const call = { model: "gpt-4o-2024-08-06", requested_model: "gpt-4o", endpoint: "chat/completions", tier: "default" };
 * const price = book.costOf({ ...call, usage, usage_parts: null, at_ms: Date.UTC(2026, 10, 27), workspace_id: "acme" });
 * assert.deepEqual(price, { cost_usd_nanos: 5_615_000n });
 * ```
 */
export class PriceBook implements Pricing {
  /** The prices without the team's own. */
  readonly public: PublicPrices;
  readonly #overlay: Overlay;
  readonly #now: () => number;
  #all: Resolved;
  #byWorkspace = new Map<string, Resolved>();

  constructor({ now, library = libraryFamilies(), overlay = OVERLAY }: PriceBookOptions) {
    this.public = new PublicPrices(library, overlay);
    this.#overlay = overlay;
    this.#now = now;
    this.#all = new Resolved(new TeamTariffs([], this.public));
  }

  /** Replaces the team's own prices. */
  setOwn({ prices = [], workspaces = {} }: OwnPrices): void {
    const resolved = (list: TeamPrices) => new Resolved(new TeamTariffs(list, this.public));
    this.#all = resolved(prices);
    this.#byWorkspace = new Map(
      Object.entries(workspaces).flatMap(([id, own]) =>
        own.prices === undefined ? [] : [[id, resolved([...own.prices, ...prices])]]
      ),
    );
  }

  costOf(
    { workspace_id, model, requested_model, endpoint, tier, usage, usage_parts, at_ms }: PricedCall,
  ): ReturnType<Pricing["costOf"]> {
    const name = model ?? requested_model;
    if (name === null) return { unpriced: "unknown_model" };
    const number = tierNumber(tier, endpoint);
    if (number === undefined) return { unpriced: "unknown_tier" };
    const tariff = this.#of(workspace_id).find(name, number, at_ms);
    if (typeof tariff === "string") return { unpriced: tariff };
    const cost = chargeOf(tariff, usage, usage_parts);
    return typeof cost === "string" ? { unpriced: cost } : { cost_usd_nanos: cost };
  }

  worstCase(
    { workspace_id, model, endpoint, tier, input_tokens, output_cap, at_ms }: Parameters<Pricing["worstCase"]>[0],
  ): UsdNanos | null {
    if (model === null || output_cap === null) return null;
    const tariffs = this.#of(workspace_id);
    // The provider answers in the default tier where a model lacks the one that was asked for.
    const tariff = tariffs.find(model, tierNumber(tier, endpoint) ?? 0, at_ms);
    const asked = tariff === "unknown_tier" ? tariffs.find(model, 0, at_ms) : tariff;
    return typeof asked === "string" ? null : mostOf(asked, input_tokens, output_cap);
  }

  get about(): Pricing["about"] {
    const { date, library: { name, version } } = this.#overlay;
    const age_days = Math.max(0, Math.floor((this.#now() - Date.parse(date)) / DAY_MS));
    return { library: `${name} ${version}`, overlay_date: date, age_days };
  }

  #of(workspace_id: string): Resolved {
    return this.#byWorkspace.size === 0 ? this.#all : this.#byWorkspace.get(workspace_id) ?? this.#all;
  }
}
