/** A history's answer as the series of a chart. */
import type { History, HistoryGroup } from "../../../shared/history/history.ts";
import type { FailureClass } from "../../../shared/history/history_names.ts";
import { fullCount } from "../../../shared/format.ts";
import { numberText, say } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import { type ChartData, type ChartSeries, type LimitLine, OTHER_TONE, TONES } from "./chart_data.ts";
import { groupText } from "./group_text.ts";
import { type Measure, MEASURES } from "./measures.ts";

/** A value of each group over time, or of all together where the history has no groups. */
export function stackOf(history: History, measure: Measure, limits: LimitLine[] = []): ChartData {
  const { by } = history;
  const groups = by === null ? [wholeOf(history)] : history.groups;
  // By name, not by size: a hue stays with its group while others grow.
  const names = groups.filter(({ other }) => !other).map(({ group }) => group ?? "").toSorted();
  const { text, draw } = MEASURES[measure];
  const series = groups.map(({ group, other, points }) => ({
    label: by === null ? say("All") : groupText(by, { group, other }),
    tone: other ? OTHER_TONE : names.indexOf(group ?? "") % TONES + 1,
    values: points.map((sums) => sums && draw(sums, by)),
    texts: points.map((sums) => sums ? text(sums, by) : numberText(0)),
  }));
  return { ...timesOf(history), form: "stack", series, limits };
}

function wholeOf({ points }: History): Omit<HistoryGroup, "totals"> {
  return { group: null, other: false, points };
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

function timesOf({ steps, to, step, zone }: History): Pick<ChartData, "steps" | "end" | "step" | "zone"> {
  return { steps: steps.map((start) => Date.parse(start)), end: Date.parse(to), step, zone };
}
