/** The library's prices of OpenAI's models, as price lists of decimal strings. Loads the library: 831 kB. */
import { findProvider, type MatchLogic, type ModelInfo, type ModelPrice } from "@pydantic/genai-prices";
import type { MILLION_UNITS } from "../../shared/money/prices.ts";
import type { PriceSpec } from "../../shared/money/prices_schema.ts";

/** Models with the same prices. */
export interface Family {
  id: string;
  matches(model: string): boolean;
  /** The prices by their first day, the oldest first; `null` for the earliest. */
  prices: { from: string | null; spec: PriceSpec }[];
}

type Unit = (typeof MILLION_UNITS)[number];

const UNITS: Record<string, Unit> = {
  input_mtok: "input",
  cache_read_mtok: "cached_input",
  cache_write_mtok: "cache_write",
  cache_write_1h_mtok: "cache_write_1h",
  output_mtok: "output",
  input_audio_mtok: "input_audio",
  cache_audio_read_mtok: "cached_audio",
  output_audio_mtok: "output_audio",
  input_image_mtok: "input_image",
  cache_image_read_mtok: "cached_image",
  output_image_mtok: "output_image",
};

/** The families of OpenAI. */
export function libraryFamilies(): Family[] {
  const provider = findProvider({ providerId: "openai" });
  return provider!.models.map((model) => ({
    id: model.id,
    matches: (name) => matches(model.match, name),
    prices: datedPrices(model.prices),
  }));
}

function datedPrices(prices: ModelInfo["prices"]): Family["prices"] {
  if (!Array.isArray(prices)) return [{ from: null, spec: specOf(prices) }];
  return prices.map(({ constraint, prices }) => ({
    from: constraint?.type === "start_date" ? constraint.start_date : null,
    spec: specOf(prices),
  }));
}

function specOf(price: ModelPrice): PriceSpec {
  const per_million: PriceSpec["per_million"] = {};
  const long: PriceSpec["per_million"] = {};
  let above = null;
  for (const [key, unit] of Object.entries(UNITS)) {
    const amount = price[key];
    if (amount === undefined) continue;
    const [tier] = typeof amount === "object" ? amount.tiers : [];
    per_million[unit] = text(typeof amount === "object" ? amount.base : amount);
    long[unit] = tier ? text(tier.price) : per_million[unit];
    above = tier?.start ?? above;
  }
  const spec: PriceSpec = { per_million };
  if (above !== null) spec.long_context = { above, per_million: long };
  if (typeof price.audio_hours === "number") spec.per_minute = text(price.audio_hours / 60);
  return spec;
}

/** The library's doubles are decimal numbers of few digits, so their shortest text is the number that is meant. */
function text(amount: number): string {
  return amount.toFixed(9).replace(/\.?0+$/, "");
}

/** What may follow the prefix of a family: the rest of the name of a preview or a snapshot. */
const SNAPSHOT = /^(?:-preview)?(?:-\d{4}-\d{2}-\d{2}|-\d{4})?$/;

/** As the library matches, except that a prefix matches snapshots alone, and that a part of a name matches nothing. */
function matches(match: MatchLogic, name: string): boolean {
  if ("equals" in match) return match.equals === name;
  if ("or" in match) return match.or.some((one) => matches(one, name));
  if ("and" in match) return match.and.every((one) => matches(one, name));
  if ("regex" in match) return new RegExp(match.regex).test(name);
  if (!("starts_with" in match)) return false;
  const prefix = match.starts_with;
  if (!name.startsWith(prefix)) return false;
  return /^ft:|\.ft-/.test(prefix) || SNAPSHOT.test(name.slice(prefix.replace(/-$/, "").length));
}
