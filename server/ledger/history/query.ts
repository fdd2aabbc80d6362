/** Questions about history, and the sums that answer them. */
import type { HistoryDimension } from "../../../shared/history/history_names.ts";
import type { HistoryGroup, HistorySums } from "../../../shared/history/history.ts";
import { decodeDimensions, type Dimensions } from "./dimensions.ts";
import { addSums, noSums, type Sums, wireSums } from "./sums.ts";

/** The values that a dimension may have; `null` is the value of attempts without one. */
export type HistoryFilters = { [Name in HistoryDimension]?: readonly (string | null)[] };

/** Which attempts are asked for. */
export interface Asked {
  /** `null`: those of all workspaces. */
  workspaces: readonly string[] | null;
  filters: HistoryFilters;
}

export interface HistoryQuery extends Asked {
  /** The starts of the steps, ascending, in epoch milliseconds. Each is the start of a minute, or of a quarter hour. */
  starts_ms: readonly number[];
  /** The end of the last step. */
  end_ms: number;
  /** The unit in which the steps begin and end. */
  unit: "minute" | "quarter";
  by: HistoryDimension | null;
  /** How many groups are shown; the rest is one more group. */
  top: number;
}

/** How long sums are kept apart. */
export interface HistoryBounds {
  /** Minutes before this instant are deleted: their quarter hours stay. */
  minutes_from_ms: number;
  /** Quarter hours before this instant, the start of a day, become days of this zone. */
  quarters_from_ms: number;
  zone: string;
}

/** As in `shared/history.ts`. */
export interface HistoryAnswer {
  groups: HistoryGroup[];
  totals: HistorySums;
  points: (HistorySums | null)[];
  /** Attempts of the ledger that are not in the sums yet. */
  pending_attempts: number;
}

/** Sums at an instant. */
export interface SumsAt {
  /** As one text. */
  dimensions: string;
  at_ms: number;
  sums: Sums;
}

/** Whether history with these dimensions is asked for. */
export function isAsked({ workspaces, filters }: Asked, dimensions: Dimensions): boolean {
  if (workspaces !== null && !workspaces.includes(dimensions.workspace)) return false;
  return Object.entries(filters).every(([name, values]) => values.includes(dimensions[name as HistoryDimension]));
}

/** The values with the most attempts and refused calls, the largest first. */
export function topGroups(query: HistoryQuery, sizes: Iterable<[dimensions: string, size: number]>): (string | null)[] {
  const { by, top } = query;
  if (by === null) return [];
  const groups = new Map<string | null, number>();
  for (const [text, size] of sizes) {
    const value = decodeDimensions(text)[by];
    groups.set(value, (groups.get(value) ?? 0) + size);
  }
  const ranked = [...groups].sort(([a, size], [b, other]) => other - size || compare(a, b));
  return ranked.slice(0, top).map(([value]) => value);
}

function compare(a: string | null, b: string | null): number {
  if (a === b) return 0;
  return a === null || (b !== null && a > b) ? 1 : -1;
}

/** Sums by step. */
type Points = (Sums | null)[];

/**
 * Answers a query.
 *
 * @param shown the groups to show, in their order.
 * @param parts the sums that are asked for, in any order. They become part of the answer's own sums, which change them.
 */
export function answerOf(
  query: HistoryQuery,
  shown: readonly (string | null)[],
  parts: Iterable<SumsAt>,
): Omit<HistoryAnswer, "pending_attempts"> {
  const { starts_ms, by } = query;
  const noPoints = (): Points => Array.from(starts_ms, () => null);
  const groups = new Map(shown.map((value) => [value, noPoints()]));
  const others = noPoints();
  const groupOf = (text: string) => by === null ? others : groups.get(decodeDimensions(text)[by]) ?? others;
  for (const { dimensions, at_ms, sums } of parts) addPoint(groupOf(dimensions), stepAt(starts_ms, at_ms), sums);
  if (by === null) return { groups: [], ...wirePoints(others) };
  const wired = [...groups].map(([group, points]) => ({ group, other: false, ...wirePoints(points) }));
  const hasOthers = others.some((point) => point !== null);
  if (hasOthers) wired.push({ group: null, other: true, ...wirePoints(others) });
  // The groups are on the wire now: their sums may change.
  for (const points of groups.values()) points.forEach((sums, step) => sums && addPoint(others, step, sums));
  return { groups: wired, ...wirePoints(others) };
}

function addPoint(points: Points, step: number, sums: Sums): void {
  const known = points[step];
  if (known) addSums(known, sums);
  else points[step] = sums;
}

function wirePoints(points: Points): Pick<HistoryGroup, "totals" | "points"> {
  const totals = noSums();
  for (const point of points) if (point) addSums(totals, point);
  return { totals: wireSums(totals), points: points.map((point) => point && wireSums(point)) };
}

/** The last step that has begun by an instant; the first one for an earlier instant. */
function stepAt(starts_ms: readonly number[], at_ms: number): number {
  let [low, high] = [0, starts_ms.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts_ms[middle] <= at_ms) low = middle;
    else high = middle - 1;
  }
  return low;
}
