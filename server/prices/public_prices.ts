/** The public prices: the library's families under our overlay. */
import { PRICED_TIERS, type PricedTier } from "../../shared/money/prices.ts";
import type { PriceSpec } from "../../shared/money/prices_schema.ts";
import type { UnpricedReason } from "../core/pricing.ts";
import type { Family } from "./library.ts";
import type { Change, Days, Overlay, TierPrice } from "./overlay.ts";
import { multipleOf, multiply, type Tariff, tariffOf } from "./tariff.ts";

const HALF = multipleOf("0.5");

const SNAPSHOT_DAY = /-(\d{4}-\d{2}-\d{2})$/;

/** Whether something is in force on a day, in UTC. */
export function covers({ from, until }: Days, day: string): boolean {
  return (from === undefined || day >= from) && (until === undefined || day < until);
}

/** A matcher of names in which `*` stands for any characters. */
export function nameMatcher(pattern: string): (name: string) => boolean {
  if (!pattern.includes("*")) return (name) => name === pattern;
  const source = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  const expression = new RegExp(`^${source}$`, "s");
  return (name) => expression.test(name);
}

/** A family with the changes of the overlay. */
interface PricedFamily extends Family {
  changes: Change[];
  tiers: TierPrice[];
  /** The first day of a family of the overlay. */
  days: Days;
}

/** The prices that everyone pays. */
export class PublicPrices {
  readonly families: readonly PricedFamily[];
  readonly #overlay: Overlay;

  constructor(library: readonly Family[], overlay: Overlay) {
    this.#overlay = overlay;
    const { aliases, left_out } = overlay;
    const own = overlay.families.map((family): Family & { days: Days } => {
      const names = family.names.map(nameMatcher);
      return {
        id: family.family,
        matches: (name) => names.some((matches) => matches(name)),
        prices: [{ from: null, spec: family }],
        days: family,
      };
    });
    const theirs = library.filter(({ id }) => !(id in left_out)).map((family) => ({
      ...family,
      matches: (name: string) => (aliases[family.id]?.includes(name) ?? false) || family.matches(name),
      days: {},
    }));
    this.families = [...own, ...theirs].map((family) => ({
      ...family,
      changes: overlay.changes.filter((change) => change.family === family.id),
      tiers: overlay.tiers.filter(({ families }) => families.includes(family.id)),
    }));
  }

  /** The tariff of a model's calls in a tier on a day (`2026-11-27`, in UTC). */
  find(model: string, tier: PricedTier, day: string): Tariff | UnpricedReason {
    // A snapshot from after this table, or after the call, has a price that the table cannot know.
    const snapshot = SNAPSHOT_DAY.exec(model)?.[1];
    if (snapshot !== undefined && (snapshot > this.#overlay.date || snapshot > day)) return "unknown_model";
    const family = this.families.find((family) => covers(family.days, day) && family.matches(model));
    return family ? this.#tariff(family, tier, day) : "unknown_model";
  }

  #tariff(family: PricedFamily, tier: PricedTier, day: string): Tariff | UnpricedReason {
    const base = tariffOf(specOn(family, day));
    if (tier === "default") return base;
    if (this.#overlay.half.includes(tier)) return multiply(base, HALF);
    const price = family.tiers.find((price) => price.tier === tier && covers(price, day));
    if (price === undefined) return "unknown_tier";
    return price.times === undefined ? tariffOf(price) : multiply(base, multipleOf(price.times));
  }

  /** All tariffs on a day, for listings. */
  *all(day: string): Iterable<{ family: string; tier: PricedTier; tariff: Tariff }> {
    for (const family of this.families.filter(({ days }) => covers(days, day))) {
      for (const tier of PRICED_TIERS) {
        const tariff = this.#tariff(family, tier, day);
        if (typeof tariff !== "string") yield { family: family.id, tier, tariff };
      }
    }
  }
}

function specOn({ prices, changes }: PricedFamily, day: string): PriceSpec {
  const spec = prices.findLast(({ from }) => from === null || day >= from)!.spec;
  return changes.filter((change) => covers(change, day)).reduce(merged, spec);
}

function merged(spec: PriceSpec, { long_context, per_million }: Change): PriceSpec {
  return {
    ...spec,
    per_million: { ...spec.per_million, ...per_million },
    long_context: long_context ?? spec.long_context,
  };
}
