/** The numbers of a chart as a table, made when it is opened. */
import { useState } from "preact/hooks";
import { say } from "../../../shared/words/say.ts";
import type { ChartData } from "./chart_data.ts";
import { stepText } from "./step_text.ts";

export function ChartTable({ title, chart }: { title: string; chart: ChartData }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="numbers" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary aria-label={say("{title} as a table", { title })}>{say("Table")}</summary>
      {open && (
        <div class="scroll" tabIndex={0} role="region" aria-label={title}>
          <Table chart={chart} title={title} />
        </div>
      )}
    </details>
  );
}

/** Newest first, without the steps in which nothing happened. */
function Table({ chart, title }: { chart: ChartData; title: string }) {
  const { series, steps } = chart;
  const filled = steps.map((_, at) => at).filter((at) => series.some(({ values }) => values[at] !== null)).toReversed();
  return (
    <table class="number">
      <caption class="spoken">{title}</caption>
      <thead>
        <tr>
          <th scope="col">{say("Time|column")}</th>
          {series.map(({ label }) => <th key={label} scope="col" dir="auto">{label}</th>)}
        </tr>
      </thead>
      <tbody>
        {filled.map((at) => (
          <tr key={at}>
            <th scope="row">{stepText(steps[at], chart)}</th>
            {series.map(({ label, texts }) => <td key={label}>{texts[at]}</td>)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
