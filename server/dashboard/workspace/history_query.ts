/** The history that a view shows, as a query of `GET /api/quota/history`. */
import type { HistoryDimension, HistoryStep } from "../../../shared/history/history_names.ts";
import { GROUP_TONES } from "../charts/chart_data.ts";
import type { Route } from "../router.ts";
import { type Span, spanOf, stepOf } from "./steps.ts";

/** `to` is `null` for a span that ends now. */
export type Query =
  & { step: HistoryStep; from: string; to: string | null }
  & Record<
    string,
    string | readonly string[] | null
  >;

/** The dimensions of one workspace, in the order in which they are offered. */
export const DIMENSIONS = ["model", "app", "outcome", "key", "endpoint", "tier"] as const satisfies HistoryDimension[];
export type Dimension = (typeof DIMENSIONS)[number];

/** In place of a dimension in the address: no groups. */
export const UNGROUPED = "none";

/** By what a view groups; `null`: not at all. */
export function groupingOf({ filters }: Pick<Route, "filters">): Dimension | null {
  const by = filters.by?.[0];
  return by === UNGROUPED ? null : DIMENSIONS.find((name) => name === by) ?? DIMENSIONS[0];
}

/** The value of `sum` in the address for sums that add up over each day. */
export const BY_DAY = "day";

/** Whether the sums of a view add up over each day. Of minutes there would be too many, and days do it by themselves. */
export function addsUp({ filters }: Pick<Route, "filters">, step: HistoryStep): boolean {
  return step === "hour" && filters.sum?.[0] === BY_DAY;
}

/** The filters that are set, by their dimension. */
export function filtersOf({ filters }: Pick<Route, "filters">): { name: Dimension; values: readonly string[] }[] {
  return DIMENSIONS.map((name) => ({ name, values: filters[name] ?? [] })).filter(({ values }) => values.length > 0);
}

/**
 * @param workspace_id the workspace that is shown.
 * @param now on the service's clock.
 * @param zone of the reader.
 */
export function historyQuery(route: Pick<Route, "range" | "filters">, workspace_id: string, now: number, zone: string) {
  const step = stepOf(route.range, route.filters.step?.[0] ?? "", now);
  const { from_ms, to_ms }: Span = spanOf(route.range, step, now);
  const query: Query = {
    workspace_id,
    from: new Date(from_ms).toISOString(),
    to: to_ms === null ? null : new Date(to_ms).toISOString(),
    step,
    // Limits and budgets of a day are those of the service's zone.
    zone: step === "day" ? null : zone,
    by: groupingOf(route),
    top: String(GROUP_TONES),
    ...Object.fromEntries(filtersOf(route).map(({ name, values }) => [name, values])),
  };
  return query;
}
