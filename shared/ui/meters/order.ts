/** The order of the meters: the limit that the status is about, the workspace's others, then models by tightness. */
import type { StatusBody } from "../../quota.ts";
import { decisiveLimit } from "./decisive_limit.ts";
import { type Reported, reportedFor, reportedShare, unmatchedReports } from "./reported.ts";
import { metersOf, type NamedMeter, percentageOf } from "./tightest.ts";

/** A model's limits, without the one that is shown first of all. */
export interface ModelMeters {
  model: string;
  /** The tightest first. */
  meters: NamedMeter[];
  /** Limits of the provider alone, the tightest first. */
  reports: Reported[];
}

interface OrderedMeters {
  /** The workspace's limits, after the limit that the status is about, which may be a model's. */
  limits: NamedMeter[];
  /** The tightest first. */
  models: ModelMeters[];
}

/** While nothing is wrong the workspace's limits keep their order, so that they do not change places under the reader. */
export function orderedMeters(status: StatusBody): OrderedMeters {
  const all = metersOf(status);
  const first = status.cause ? all.find((of) => isDecisive(of, status)) : undefined;
  const others = all.filter((each) => each !== first);
  const limits = others.filter(({ model }) => model === undefined);
  return { limits: first ? [first, ...limits] : limits, models: modelsOf(others, status) };
}

/** Whether the cause of the status is this limit, by our count or by the provider's. */
function isDecisive(of: NamedMeter, status: StatusBody): boolean {
  const decisive = decisiveLimit(status);
  if (decisive?.budget) return false;
  if (decisive?.meter) return of.meter === decisive.meter && of.name === status.cause?.code;
  const report = reportedFor(of, status);
  return report !== null && decisive !== null && report.limit.limit === decisive.limit &&
    Math.max(0, report.limit.limit - report.limit.remaining) === decisive.used;
}

function modelsOf(meters: NamedMeter[], status: StatusBody): ModelMeters[] {
  const share = (of: NamedMeter) => Math.max(percentageOf(of.meter), shareOf(reportedFor(of, status)));
  const models = new Map<string, ModelMeters>();
  const at = (model: string) => {
    const known = models.get(model) ?? { model, meters: [], reports: [] };
    models.set(model, known);
    return known;
  };
  for (const of of meters) if (of.model !== undefined) at(of.model).meters.push(of);
  for (const report of unmatchedReports(status)) at(report.pool).reports.push(report);
  for (const { meters, reports } of models.values()) {
    meters.sort((a, b) => share(b) - share(a));
    reports.sort((a, b) => reportedShare(b) - reportedShare(a));
  }
  const tightness = ({ meters, reports }: ModelMeters) => Math.max(...meters.map(share), ...reports.map(reportedShare));
  return [...models.values()].sort((a, b) => tightness(b) - tightness(a) || a.model.localeCompare(b.model));
}

function shareOf(report: Reported | null): number {
  return report ? reportedShare(report) : 0;
}
