/** The charts of a history, with the limits that hold for its calls. */
import { useMemo } from "preact/hooks";
import type { History } from "../../../shared/history/history.ts";
import type { HistoryStep } from "../../../shared/history/history_names.ts";
import type { StatusBody } from "../../../shared/quota.ts";
import { numberText, say } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import { Chart } from "../charts/Chart.tsx";
import { failuresOf, millisText, percentilesOf, stackOf } from "../charts/history_series.ts";
import type { Measure, MeasuredHistory } from "../charts/measures.ts";
import { usdAxisText } from "../charts/usd_text.ts";
import { route } from "../router.ts";
import { filtersOf } from "./history_query.ts";
import { limitLines } from "./limit_lines.ts";

const PER_STEP = { minute: "per minute", hour: "per hour", day: "per day" } as const satisfies Record<
  HistoryStep,
  Text
>;

const TITLES = { requests: "Requests|tile", tokens: "Tokens|column", cost: "Cost" } as const satisfies Record<
  Measure,
  Text
>;

/** Nothing between whole numbers. */
const countAxis = (value: number) => value % 1 === 0 ? numberText(value, "compact") : "";
const AXES: Record<Measure, (value: number) => string> = { requests: countAxis, tokens: countAxis, cost: usdAxisText };

interface ChartsProps {
  history: History;
  /** Sums that add up over each day, in place of those of each step; `totals` is `null` while they are loaded. */
  running: { totals: MeasuredHistory | null } | null;
  status: StatusBody | null;
  csv: string;
}

export function Charts({ history, running, status, csv }: ChartsProps) {
  const stacked = running ? running.totals : history;
  const common = { csv, unit: say(PER_STEP[history.step]) };
  const failures = useMemo(() => failuresOf(history), [history]);
  const durations = useMemo(() => percentilesOf(history, "latency_ms"), [history]);
  const firstBytes = useMemo(() => percentilesOf(history, "first_byte_ms"), [history]);
  return (
    <div class="charts">
      {(["requests", "tokens", "cost"] as const).map((measure) =>
        stacked
          ? (
            <Stack
              key={measure}
              measure={measure}
              history={stacked}
              isRunning={running !== null}
              status={status}
              csv={csv}
            />
          )
          : <div key={measure} class="card ghost" />
      )}
      <Chart {...common} title={say("Failures")} chart={failures} axisValue={countAxis} />
      <Chart {...common} title={say("Duration|column")} chart={durations} axisValue={millisText} />
      <Chart {...common} title={say("Time to the first byte")} chart={firstBytes} axisValue={millisText} />
    </div>
  );
}

interface StackProps extends Pick<ChartsProps, "status" | "csv"> {
  measure: Measure;
  history: MeasuredHistory;
  isRunning: boolean;
}

function Stack({ measure, history, isRunning, status, csv }: StackProps) {
  // The sum of a day has the limits of a day.
  const step = isRunning ? "day" : history.step;
  const lines = status ? limitLines(status, measure, step, filtersOf(route.value)) : [];
  // The status is new every two seconds, its limits hardly ever.
  const chart = useMemo(() => stackOf(history, measure, lines), [history, measure, JSON.stringify(lines)]);
  const unit = isRunning ? say("added up over each day") : say(PER_STEP[history.step]);
  // The file has the steps themselves, of which any sum can be made.
  const csv_text = isRunning ? `CSV · ${say("Of each step")}` : undefined;
  const props = { unit, chart, csv, csv_text, axisValue: AXES[measure] };
  return <Chart title={say(TITLES[measure])} {...props} />;
}
