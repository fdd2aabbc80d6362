/** Checks the age of the price data. */
import { commandText } from "../../config/help.ts";
import type { Pricing } from "../../core/pricing.ts";
import { type Finding, ok, warn } from "./finding.ts";

/** Some model's price changes about every other month. */
const MAX_AGE_DAYS = 60;

/** @param about the age in days is that of our own additions, which are checked against the library. */
export function checkPrices({ library, overlay_date, age_days }: Pricing["about"]): Finding[] {
  const age = age_days === 1 ? "1 day" : `${age_days} days`;
  const text = `the prices of calls are ${age} old: ${library} under our additions of ${overlay_date}`;
  if (age_days <= MAX_AGE_DAYS) return [ok("prices", text)];
  const list = `${commandText("prices")} lists them, and "prices" in the limits file corrects single ones`;
  return [warn("prices", text, `Update Quota Gauge. Until then, ${list}`)];
}
