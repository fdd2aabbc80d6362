/** Lists of all public prices on a day, for people and for comparing two versions. */
import { PRICED_TIERS } from "../../shared/money/prices.ts";
import type { Pricing } from "../core/pricing.ts";
import type { PriceBook } from "./price_book.ts";
import { perMillion, perMinute, perPiece, type Rates, type Tariff } from "./tariff.ts";

/** The prices of one model in one tier: decimal strings of dollars by the name of their unit. */
export type Prices = Record<string, string>;

/** All prices on one day. */
export interface PriceList {
  about: Pick<Pricing["about"], "library" | "overlay_date">;
  /** In UTC. */
  day: string;
  /** By model and tier, as `gpt-4o priority`. */
  prices: Record<string, Prices>;
}

/** The public prices on a day such as `2026-11-27`. */
export function priceList({ public: all, about: { library, overlay_date } }: PriceBook, day: string): PriceList {
  const prices: PriceList["prices"] = {};
  for (const { family, tier, tariff } of all.all(day)) prices[`${family} ${tier}`] = pricesOf(tariff);
  return { about: { library, overlay_date }, day, prices };
}

/** The prices of a model's calls by tier, as {@link priceList} has them; nothing for a model without a price. */
export function pricesByTier(book: PriceBook, model: string, day: string): Record<string, Prices> {
  const found = PRICED_TIERS.map((tier) => [tier, book.public.find(model, tier, day)] as const);
  return Object.fromEntries(
    found.flatMap(([tier, tariff]) => typeof tariff === "string" ? [] : [[tier, pricesOf(tariff)]]),
  );
}

function pricesOf({ rates, long, units: { millisecond, image, character, call } }: Tariff): Prices {
  const prices: Prices = { ...ratesOf(rates, "") };
  if (long) Object.assign(prices, ratesOf(long.rates, ` above ${long.above} input tokens`));
  if (millisecond !== null) prices.minute = perMinute(millisecond);
  if (image !== null) prices.image = perPiece(image);
  if (character !== null) prices.characters = perMillion(character);
  if (call > 0n) prices.call = perPiece(call);
  return prices;
}

/** The unit whose price holds where a unit has none of its own. Such a price is not listed again. */
const FALLBACKS: Partial<Record<keyof Rates, keyof Rates>> = {
  cache_write: "input",
  cache_write_1h: "cache_write",
  cached_audio: "input_audio",
  input_image: "input",
  cached_image: "cached_input",
  output_image: "output",
};

function ratesOf(rates: Rates, suffix: string): Prices {
  const listed = (Object.entries(rates) as [keyof Rates, bigint | null][]).filter(([unit, rate]) => {
    const fallback = FALLBACKS[unit];
    return rate !== null && !(fallback && rates[fallback] === rate);
  });
  return Object.fromEntries(listed.map(([unit, rate]) => [unit + suffix, perMillion(rate!)]));
}

/** One sentence for each price that differs between two lists. */
export function differences(before: PriceList, after: PriceList): string[] {
  const names = [...new Set([...Object.keys(before.prices), ...Object.keys(after.prices)])].sort();
  return names.flatMap((name) => {
    const [old, now] = [before.prices[name], after.prices[name]];
    if (!old) return [`${name}: new, ${words(now)}`];
    if (!now) return [`${name}: no longer known, was ${words(old)}`];
    const units = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((unit) => old[unit] !== now[unit]);
    return units.map((unit) =>
      `${name}: ${unit} ${old[unit] ?? "without a price"} → ${now[unit] ?? "without a price"}`
    );
  });
}

/** Prices in one line. */
export function words(prices: Prices): string {
  return Object.entries(prices).map(([unit, price]) => `${unit} ${price}`).join(", ");
}
