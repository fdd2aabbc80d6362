/** The provider's own count of a limit, and which of our meters it belongs to. */
import type { MeterName } from "../../meters.ts";
import type { ProviderLimit, Stats, StatusBody } from "../../quota.ts";
import type { NamedMeter } from "./tightest.ts";

/** What the provider last reported of one limit of a pool. */
export interface Reported {
  /** The model, or the family of models that share the limit. */
  pool: string;
  unit: "requests" | "tokens";
  limit: ProviderLimit;
  /** What the provider counted and this service did not; null while unknown. */
  elsewhere: number | null;
  /** An instant on the service's clock. */
  observed_at: string;
}

const UNITS = ["requests", "tokens"] as const;

type Counted = Pick<StatusBody, "stats" | "models" | "provider">;

/** Used share in percent, by the provider's count. A limit of zero is always full. */
export function reportedShare({ limit: { limit, remaining } }: Reported): number {
  return limit > 0 ? Math.max(0, limit - remaining) * 100 / limit : 100;
}

/** The report that belongs to a meter: of several pools that share a meter, the one that is closest to full. */
export function reportedFor(meter: NamedMeter, status: Counted): Reported | null {
  return tightestOf(
    reportsOf(status).filter((report) => {
      const own = ourMeter(report, status);
      return own?.name === meter.name && own.model === meter.model;
    }),
  );
}

/** The reports on limits that this service does not have. */
export function unmatchedReports(status: Counted): Reported[] {
  return reportsOf(status).filter((report) => ourMeter(report, status) === null);
}

/** All limits that the provider reported. */
export function reportsOf({ provider }: Pick<StatusBody, "provider">): Reported[] {
  return provider.flatMap((pool) =>
    UNITS.flatMap((unit) => {
      const { [unit]: limit, used_elsewhere, observed_at } = pool;
      return limit ? [{ pool: pool.pool, unit, limit, elsewhere: used_elsewhere?.[unit] ?? null, observed_at }] : [];
    })
  );
}

function tightestOf(reports: Reported[]): Reported | null {
  return reports.reduce<Reported | null>(
    (worst, each) => worst === null || reportedShare(each) > reportedShare(worst) ? each : worst,
    null,
  );
}

/** The limit of ours that a report is about: the model's own where it has one, else the workspace's. */
export function ourMeter(
  { pool, unit, limit }: Reported,
  { stats, models = [] }: Counted,
): Omit<NamedMeter, "meter"> | null {
  const own = models.find(({ model }) => model === pool);
  const ofModel = own && sameWindow(unit, limit, own.stats);
  if (ofModel) return { name: ofModel, model: pool };
  const ofWorkspace = sameWindow(unit, limit, stats);
  return ofWorkspace ? { name: ofWorkspace } : null;
}

/** The provider does not report its window. It is taken for the minute, unless only our day has the same limit. */
function sameWindow(unit: Reported["unit"], { limit }: ProviderLimit, stats: Stats): MeterName | null {
  const [minute, day] = [`${unit}_per_minute`, `${unit}_per_day`] as const;
  if (stats[day]?.limit === limit && stats[minute]?.limit !== limit) return day;
  return stats[minute] ? minute : null;
}
