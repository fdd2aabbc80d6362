/** The data of a chart: series of values over the steps of a history. The table and the spoken values are the same texts. */
import type { HistoryStep } from "../../../shared/history/history_names.ts";

/** The colours of series that no group of their own has: the sum of the remaining groups. */
export const OTHER_TONE = 0;

/** The number of colours. */
export const TONES = 8;

/** The colour of refused calls. */
export const REFUSED_TONE = TONES;

/** Groups have the other colours. A chart with more groups repeats them. */
export const GROUP_TONES = TONES - 1;

/** One value per step. */
export interface ChartSeries {
  label: string;
  /** The place in the set of colours, from 1; {@link OTHER_TONE} or {@link REFUSED_TONE}. */
  tone: number;
  /** For the drawing alone; null where there is none. A double: never a value that is shown or added up. */
  values: (number | null)[];
  /** The exact values, as a reader sees them. */
  texts: string[];
}

/** A limit that is drawn across the chart. */
export interface LimitLine {
  label: string;
  /** For the drawing alone, as {@link ChartSeries.values}. */
  value: number;
  text: string;
}

/** A chart without its place on a page. */
export interface ChartData {
  /** Epoch milliseconds of the start of each step. */
  steps: number[];
  /** Epoch milliseconds of the end of the last step. */
  end: number;
  step: HistoryStep;
  /** The IANA zone of the steps. */
  zone: string;
  /** `stack`: values add up; `lines`: they do not. */
  form: "stack" | "lines";
  series: ChartSeries[];
  limits: LimitLine[];
}

/** Whether nothing happened in any step. */
export function isEmpty({ series }: ChartData): boolean {
  return series.every(({ values }) => values.every((value) => value === null));
}

/**
 * The values to draw: in a stack, each series contains those before it, so that the first one, which is the largest, has an
 * even base. Nothing is drawn for 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { drawnValues } from "./chart_data.ts";
 *
 * const series = [{ values: [1, null] }, { values: [2, 5] }];
 * assert.deepEqual(drawnValues({ form: "stack", series }), [[1, null], [3, 5]]);
 * assert.deepEqual(drawnValues({ form: "lines", series }), [[1, null], [2, 5]]);
 * ```
 */
export function drawnValues(
  { form, series }: { form: ChartData["form"]; series: readonly Pick<ChartSeries, "values">[] },
): (number | null)[][] {
  const values = series.map(({ values }) => values);
  if (form === "lines") return values;
  let below: (number | null)[] | undefined;
  return values.map((own) => below = own.map((value, at) => (value ?? 0) + (below?.[at] ?? 0) || null));
}

/** A limit this many times above the highest value is left out of the drawing, which it would flatten. */
const MAX_LIMIT_SHARE = 3;

/** The limits that fit into the drawing. The others are named below the chart only. */
export function drawnLimits(chart: ChartData): LimitLine[] {
  const highest = Math.max(0, ...drawnValues(chart).flat().map((value) => value ?? 0));
  return chart.limits.filter(({ value }) => value <= highest * MAX_LIMIT_SHARE);
}
