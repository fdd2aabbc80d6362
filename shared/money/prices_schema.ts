/** A team's own prices: the list `prices` of the limits file, for all workspaces or for one. */
import * as z from "zod/mini";
import { USD_PATTERN } from "./money.ts";
import { DAY_PATTERN, MILLION_UNITS, PERCENT_PATTERN, PRICED_TIERS, setsPrices } from "./prices.ts";

const Amount = z.string().check(z.regex(USD_PATTERN));
const Model = z.string().check(z.minLength(1), z.maxLength(200));
const Day = z.string().check(z.regex(DAY_PATTERN));

type MillionPrices = Record<(typeof MILLION_UNITS)[number], z.ZodMiniOptional<typeof Amount>>;

const PerMillion = z.strictObject(
  Object.fromEntries(MILLION_UNITS.map((unit) => [unit, z.optional(Amount)])) as MillionPrices,
);

const UNITS = {
  /** Dollars for a million tokens, or characters. */
  per_million: z.optional(PerMillion),
  /** Dollars for a minute of audio. */
  per_minute: z.optional(Amount),
  per_image: z.optional(Amount),
  /** Dollars for each call, in addition. */
  per_call: z.optional(Amount),
};

/** The prices of a model. A unit without a price falls back to a broader one: cached input to input, images to text. */
export const PriceSpec = z.strictObject({
  ...UNITS,
  /** The prices of the whole call, if it has more input tokens than `above`. */
  long_context: z.optional(z.strictObject({ above: z.int().check(z.positive()), per_million: PerMillion })),
});
export type PriceSpec = z.infer<typeof PriceSpec>;

/**
 * One of the team's own prices. The first that matches a call's model and day applies. It sets prices (`per_million`, …), or
 * takes those of another model (`like`), or leaves the public prices; `discount_percent` is then taken off.
 */
export const TeamPrice = z.strictObject({
  /** The name of the model in answers, or a pattern: `*` stands for any characters. */
  model: Model,
  /** The first day, in UTC. */
  from: z.optional(Day),
  /** The first day after, in UTC. */
  until: z.optional(Day),
  /** A model with a public price, as for a deployment with a name of its own. */
  like: z.optional(Model),
  discount_percent: z.optional(z.string().check(z.regex(PERCENT_PATTERN))),
  ...PriceSpec.shape,
  /** Prices of other tiers than `default`. A tier that is not listed is `unpriced`. */
  tiers: z.optional(z.partialRecord(z.enum(PRICED_TIERS), PriceSpec)),
}).check(
  z.refine(({ from, until }) => !from || !until || from < until, "ends before it begins: until must be after from"),
  z.refine(
    (price) => setsPrices(price) || price.like !== undefined || price.discount_percent !== undefined,
    "changes no price: add per_million, per_minute, per_image, per_call, tiers, like or discount_percent",
  ),
  z.refine((price) => !setsPrices(price) || price.like === undefined, "has like and prices of its own: remove one"),
);
export type TeamPrice = z.infer<typeof TeamPrice>;

/** The list, of which the first match applies. */
export const TeamPrices = z.array(TeamPrice).check(z.maxLength(1000));
export type TeamPrices = z.infer<typeof TeamPrices>;
