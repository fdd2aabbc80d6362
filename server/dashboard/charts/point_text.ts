/** One point of a chart in words. */
import { listText, numberText, say } from "../../../shared/words/say.ts";
import type { ChartData } from "./chart_data.ts";
import { stepText } from "./step_text.ts";

/** More series than this are not read out at each point. */
const MAX_SPOKEN = 8;

/** `Mon 2 Nov, 14:00: gpt-5.4 12, gpt-5.4-mini 3`. Series without a value are left out. */
export function pointText(chart: ChartData, at: number): string {
  const parts = chart.series.filter(({ values }) => values[at] !== null).slice(0, MAX_SPOKEN)
    .map(({ label, texts }) => say("{name}: {value}", { name: label, value: texts[at] }));
  const nothing = chart.form === "stack" ? numberText(0) : "–";
  const values = parts.length > 0 ? listText(parts) : nothing;
  return `${stepText(chart.steps[at], chart)} · ${values}`;
}
