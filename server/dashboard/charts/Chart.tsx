/** A chart with its title, unit, range, legend, table and CSV. */
import "./charts.css";
import { say } from "../../../shared/words/say.ts";
import { type ChartData, drawnLimits, isEmpty } from "./chart_data.ts";
import { ChartTable } from "./ChartTable.tsx";
import { Plot } from "./Plot.tsx";
import { rangeText } from "./step_text.ts";

/** The same in every language. */
const FORMAT = "CSV";

interface ChartProps {
  title: string;
  /** The step that each value is about: `per hour`. */
  unit: string;
  chart: ChartData;
  axisValue: (value: number) => string;
  /** The numbers as CSV. */
  csv: string;
  /** Of the link, where the file has other numbers than the chart. */
  csv_text?: string;
}

export function Chart(props: ChartProps) {
  const { title, unit, chart } = props;
  return (
    <figure class="chart card">
      <figcaption>
        <h3>{title}</h3>
        <p class="unit">{`${unit} · ${rangeText(chart)}`}</p>
      </figcaption>
      {isEmpty(chart) ? <p class="plot nothing">{say("Nothing in this range.")}</p> : <Body {...props} />}
    </figure>
  );
}

function Body(props: ChartProps) {
  const { chart, title, csv, csv_text = FORMAT } = props;
  return (
    <>
      <Plot {...props} />
      <Legend chart={chart} />
      <div class="more">
        <ChartTable title={title} chart={chart} />
        <a class="csv" href={csv} download aria-label={say("{title} as CSV", { title })}>{csv_text}</a>
      </div>
    </>
  );
}

/** The series in the order of the table, and the limits that are drawn or lie above the drawing. */
function Legend({ chart }: { chart: ChartData }) {
  const drawn = drawnLimits(chart);
  return (
    <ul class="legend">
      {chart.series.map(({ label, tone }) => (
        <li key={label}>
          <i class={`swatch ${chart.form}`} data-tone={tone} />
          <span class="name" title={label} dir="auto">{label}</span>
        </li>
      ))}
      {chart.limits.map((limit) => (
        <li key={limit.label} class="limit number">
          <i class="dash" />
          <span>{limit.text}</span>
          {!drawn.includes(limit) && <span class="unit">{`· ${say("above the chart")}`}</span>}
        </li>
      ))}
    </ul>
  );
}
