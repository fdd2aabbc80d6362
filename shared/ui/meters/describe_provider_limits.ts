/** Our count and the provider's, side by side: the lower headroom decides. */
import type { Meter, ProviderLimit, ProviderPool, Stats, StatusBody } from "../../quota.ts";
import { lineCount } from "./count_text.ts";

/** One row: what is left by each count. `decides` is the lower of the two, null where they agree or one is unknown. */
export interface ProviderRow {
  label: "Requests" | "Tokens";
  counted: string;
  reported: string;
  elsewhere: string;
  decides: "counted" | "reported" | null;
}

/** The rows of a pool; none where the provider reported neither. Where its model has limits of its own, those count. */
export function describeProviderLimits(
  pool: ProviderPool,
  status: Pick<StatusBody, "stats" | "models">,
): ProviderRow[] {
  const stats = ownOver(status, pool.pool);
  const { requests, tokens, used_elsewhere: gap } = pool;
  return [
    requests &&
    row("Requests", requests, sameLimit(requests, stats.requests_per_minute, stats.requests_per_day), gap?.requests),
    tokens && row("Tokens", tokens, sameLimit(tokens, stats.tokens_per_minute, stats.tokens_per_day), gap?.tokens),
  ].filter((each) => each !== null);
}

function ownOver({ stats, models = [] }: Pick<StatusBody, "stats" | "models">, pool: string): Stats {
  const own = models.find(({ model }) => model === pool)?.stats ?? {};
  return { ...stats, ...Object.fromEntries(Object.entries(own).filter(([, meter]) => meter)) };
}

/** The provider does not say over which span it counts: the minute's, unless only the day's limit is the same. */
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
