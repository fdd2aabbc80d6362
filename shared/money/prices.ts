/**
 * The units and tiers that have prices. No schema library here: the price book loads this file.
 */

/** The units that have a price by the million, by the names of a usage. */
export const MILLION_UNITS = [
  "input",
  "cached_input",
  "cache_write",
  "cache_write_1h",
  "output",
  "input_audio",
  "cached_audio",
  "output_audio",
  "input_image",
  "cached_image",
  "output_image",
  "characters",
] as const;

/** The service tiers that have prices of their own. */
export const PRICED_TIERS = ["default", "flex", "priority", "batch", "ultrafast"] as const;
export type PricedTier = (typeof PRICED_TIERS)[number];

/** The pattern of a day; `from` and `until` are days in UTC. */
export const DAY_PATTERN = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** The pattern in words. */
export const DAY_RULE = 'a day such as "2026-11-30"';

/** The pattern of a discount in percent. */
export const PERCENT_PATTERN = /^(?:100|\d{1,2})(?:\.\d{1,2})?$/;

/** The pattern in words. */
export const PERCENT_RULE = 'percent as a decimal string with at most two decimals, such as "12.5"';

const OWN_PRICES = ["per_million", "per_minute", "per_image", "per_call", "tiers"] as const;

/** Whether one of the team's prices sets amounts, instead of those of a model of the public list. */
export function setsPrices(price: Partial<Record<(typeof OWN_PRICES)[number], unknown>>): boolean {
  return OWN_PRICES.some((name) => price[name] !== undefined);
}
