/** A history's answer as the series of a chart. */
import type { History, HistoryGroup } from "../../../shared/history/history.ts";
import type { FailureClass } from "../../../shared/history/history_names.ts";
import { fullCount } from "../../../shared/format.ts";
import { numberText, say } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import {
  type ChartData,
  type ChartSeries,
  GROUP_TONES,
  type LimitLine,
  OTHER_TONE,
  REFUSED_TONE,
} from "./chart_data.ts";
import { groupText, OUTCOMES, REFUSED } from "./group_text.ts";
import { type Measure, type MeasuredHistory, MEASURES } from "./measures.ts";

/** A value of each group over time, or of all together where the history has no groups. Refused calls are on top. */
export function stackOf(history: MeasuredHistory, measure: Measure, limits: LimitLine[] = []): ChartData {
  const { by } = history;
  const groups = by === null ? [wholeOf(history)] : history.groups;
  const toneOf = groupTones(history);
  const { text, draw } = MEASURES[measure];
  const series = groups.map((of): ChartSeries => ({
    label: by === null ? say("All") : groupText(by, of),
    tone: toneOf(of),
    values: of.points.map((sums) => sums && draw(sums, by)),
    texts: of.points.map((sums) => sums ? text(sums, by) : numberText(0)),
  }));
  const refused = measure === "requests" && by !== "outcome" ? refusedOf(history) : [];
  return { ...timesOf(history), form: "stack", series: [...series, ...refused], limits };
}

function wholeOf({ points }: MeasuredHistory): MeasuredHistory["groups"][number] {
  return { group: null, other: false, points };
}

/** By name, not by size: a hue stays with its group while others grow. */
function groupTones({ by, groups }: MeasuredHistory): (of: Pick<HistoryGroup, "group" | "other">) => number {
  const isRefused = (group: string | null) => by === "outcome" && group === REFUSED;
  const named = groups.filter(({ group, other }) => !other && !isRefused(group));
  const names = named.map(({ group }) => group ?? "").toSorted();
  return ({ group, other }) => {
    if (isRefused(group)) return REFUSED_TONE;
    return other ? OTHER_TONE : Math.max(0, names.indexOf(group ?? "")) % GROUP_TONES + 1;
  };
}

/** The calls that were refused before they were sent; none where that never happened. */
function refusedOf({ points }: MeasuredHistory): ChartSeries[] {
  const values = points.map((sums) => sums?.refused || null);
  if (values.every((count) => count === null)) return [];
  const texts = values.map((count) => fullCount(count ?? 0));
  return [{ label: say(OUTCOMES.refused), tone: REFUSED_TONE, values, texts }];
}

const FAILURES = {
  rate_limited: "Rate limited",
  quota: "No quota left",
  server: "The provider's fault",
  client: "The caller's fault",
  network: "No answer",
  other: "Other reasons",
} as const satisfies Record<FailureClass, Text>;

/** The name of a class of failures. */
export function failureText(name: FailureClass): string {
  return say(FAILURES[name]);
}

/** The failed attempts over time by their class. A class without any is left out; a class keeps its hue. */
export function failuresOf(history: History): ChartData {
  const classes = Object.keys(FAILURES) as FailureClass[];
  const series = classes.map((name, at): ChartSeries => {
    const counts = history.points.map((sums) => sums?.failures[name] || null);
    return {
      label: failureText(name),
      tone: at + 1,
      values: counts,
      texts: counts.map((count) => fullCount(count ?? 0)),
    };
  });
  const found = series.filter((_, at) => history.totals.failures[classes[at]] > 0);
  return { ...timesOf(history), form: "stack", series: found, limits: [] };
}

/** The percentiles of a duration over time. */
export function percentilesOf(history: History, duration: "latency_ms" | "first_byte_ms"): ChartData {
  const series = (["p50", "p95", "p99"] as const).map((name, at): ChartSeries => {
    const values = history.points.map((sums) => sums?.[duration]?.[name] ?? null);
    return { label: name, tone: at + 1, values, texts: values.map(millisText) };
  });
  return { ...timesOf(history), form: "lines", series, limits: [] };
}

/** `840 ms`, `1.2 s`. */
export function millisText(ms: number | null): string {
  if (ms === null) return "–";
  if (ms < 1000) return say("{number} ms", { number: Math.round(ms) });
  return say("{number} s", { number: numberText(Math.round(ms / 100) / 10) });
}

function timesOf({ steps, to, step, zone }: MeasuredHistory): Pick<ChartData, "steps" | "end" | "step" | "zone"> {
  return { steps: steps.map((start) => Date.parse(start)), end: Date.parse(to), step, zone };
}
