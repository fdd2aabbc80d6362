/** The remaining amount of each provider limit, by our count and by the provider's. The lower one decides the status. */
import type { Meter, ProviderLimit, ProviderPool, Stats, StatusBody } from "../../quota.ts";
import { lineCount } from "./count_text.ts";

/** The remaining amount by each count. `decides` names the lower one; null where they are equal or one is unknown. */
export interface ProviderRow {
  label: "Requests" | "Tokens";
  counted: string;
  reported: string;
  elsewhere: string;
  decides: "counted" | "reported" | null;
}

/**
 * The rows of a pool, one for each unit that the provider reported. Our count is that of the limits set for the pool's
 * model, else that of the workspace.
 */
export function describeProviderLimits(
  pool: ProviderPool,
  status: Pick<StatusBody, "stats" | "models">,
): ProviderRow[] {
  const stats = statsFor(status, pool.pool);
  const { requests, tokens, used_elsewhere: gap } = pool;
  return [
    requests &&
    row("Requests", requests, sameLimit(requests, stats.requests_per_minute, stats.requests_per_day), gap?.requests),
    tokens && row("Tokens", tokens, sameLimit(tokens, stats.tokens_per_minute, stats.tokens_per_day), gap?.tokens),
  ].filter((each) => each !== null);
}

function statsFor({ stats, models = [] }: Pick<StatusBody, "stats" | "models">, pool: string): Stats {
  const own = models.find(({ model }) => model === pool)?.stats ?? {};
  return { ...stats, ...Object.fromEntries(Object.entries(own).filter(([, meter]) => meter)) };
}

/** The provider does not report its window. We compare with the minute, unless only our day has the same limit. */
function sameLimit(reported: ProviderLimit, minute: Meter | null, day: Meter | null): Meter | null {
  return day?.limit === reported.limit && minute?.limit !== reported.limit ? day : minute;
}

function row(
  label: ProviderRow["label"],
  reported: ProviderLimit,
  counted: Meter | null,
  elsewhere: number | undefined,
): ProviderRow {
  return {
    label,
    counted: counted ? lineCount(counted.remaining) : "no limit",
    reported: lineCount(reported.remaining),
    elsewhere: elsewhere === undefined ? "unknown" : lineCount(elsewhere),
    decides: counted ? lower(counted.remaining, reported.remaining) : null,
  };
}

function lower(counted: number, reported: number): ProviderRow["decides"] {
  if (counted === reported) return null;
  return counted < reported ? "counted" : "reported";
}
