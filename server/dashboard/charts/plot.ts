/** The drawing of a chart with uPlot: a chunk of its own, loaded when the first chart is shown. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { type ChartData, drawnLimits, drawnValues } from "./chart_data.ts";
import type { PlotLook } from "./plot_look.ts";
import { axisText } from "./step_text.ts";

/** A drawing apart from its data. */
interface PlotOptions {
  look: PlotLook;
  width: number;
  height: number;
  /** A value on the axis. */
  axisValue: (value: number) => string;
  /** The pointer is over this point; null when it left. */
  onPoint: (at: number | null) => void;
}

export interface Plot {
  resize(width: number, height: number): void;
  /** Marks a point. */
  mark(at: number | null): void;
  destroy(): void;
}

/** A limit line never touches the upper edge. */
const HEADROOM = 1.08;
const MIN_TICK_PX = { x: 72, y: 34 };
/** Bars narrower than this are drawn without gap and outline, which would cover them. */
const MIN_OUTLINED_PX = 8;

/** Draws a chart into an element. uPlot sets styles through the CSSOM, which a strict policy allows. */
export function draw(element: HTMLElement, chart: ChartData, options: PlotOptions): Plot {
  const seconds = chart.steps.map((at) => at / 1000);
  const plot = new uPlot(plotOptions(chart, options), [seconds, ...inOrder(chart, drawnValues(chart))], element);
  return {
    resize: (width, height) => plot.setSize({ width, height }),
    mark: (at) => markPoint(plot, seconds, at),
    destroy: () => plot.destroy(),
  };
}

/** The order of drawing: of a stack, the highest first, which the others cover. */
function inOrder<Part>({ form }: ChartData, parts: readonly Part[]): readonly Part[] {
  return form === "stack" ? parts.toReversed() : parts;
}

function markPoint(plot: uPlot, seconds: number[], at: number | null): void {
  if (at === null) return plot.setCursor({ left: -10, top: -10 }, false);
  plot.setCursor({ left: plot.valToPos(seconds[at] + stepOf(plot) / 2, "x"), top: 0 }, false);
}

/** Seconds between two steps. */
function stepOf(plot: uPlot): number {
  const [first, second] = plot.data[0];
  return second === undefined ? 0 : second - first;
}

function plotOptions(chart: ChartData, options: PlotOptions): uPlot.Options {
  const { look, width, height } = options;
  return {
    width,
    height,
    legend: { show: false },
    padding: [8, look.rtl ? 0 : 12, 0, look.rtl ? 12 : 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), chart.zone),
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { show: chart.form === "lines" },
      dataIdx: pointUnder(chart),
    },
    scales: scalesOf(chart, look),
    axes: axesOf(chart, options),
    series: [{}, ...inOrder(chart, chart.series).map(({ tone }, at) => seriesOf(chart, options, tone, at))],
    hooks: {
      draw: [(plot) => drawLimits(plot, chart, look)],
      setCursor: [({ cursor }) => options.onPoint((cursor.left ?? -1) < 0 ? null : cursor.idx ?? null)],
    },
  };
}

/** A bar is under the pointer from the start of its step to its end; of lines, the nearest point is. */
function pointUnder({ form, steps }: ChartData): NonNullable<uPlot.Cursor["dataIdx"]> | undefined {
  if (form === "lines") return undefined;
  return (_plot, _series, closest, x) => x * 1000 < steps[closest] ? Math.max(0, closest - 1) : closest;
}

function scalesOf(chart: ChartData, look: PlotLook): uPlot.Scales {
  const limits = drawnLimits(chart).map(({ value }) => value);
  const dir = look.rtl ? -1 : 1;
  return {
    x: { time: true, dir, range: [chart.steps[0] / 1000, chart.end / 1000] },
    y: { range: (_plot, _min, max) => [0, Math.max(max ?? 0, ...limits) * HEADROOM || 1] },
  };
}

function axesOf(chart: ChartData, { look, axisValue }: PlotOptions): uPlot.Axis[] {
  const common = { stroke: look.muted, font: look.font, ticks: { show: false } };
  return [
    {
      ...common,
      grid: { show: false },
      space: MIN_TICK_PX.x,
      size: 28,
      // At the edge, the name of the step that follows would be cut.
      values: (_plot, splits) => splits.map((at) => at * 1000 < chart.end ? axisText(at * 1000, chart) : ""),
    },
    {
      ...common,
      side: look.rtl ? 1 : 3,
      grid: { stroke: look.line, width: 1 },
      space: MIN_TICK_PX.y,
      size: (_plot, values) => 14 + look.textWidth(values ?? []),
      values: (_plot, splits) => splits.map(axisValue),
    },
  ];
}

function seriesOf(chart: ChartData, { look, width }: PlotOptions, tone: number, at: number): uPlot.Series {
  const hue = look.tones[tone];
  if (chart.form === "lines") {
    const points = { size: 5, fill: hue, filter: alonePoints(chart.series[at].values) };
    return { stroke: hue, width: 2, dash: look.dashes[at % look.dashes.length], points };
  }
  const dense = width / chart.steps.length < MIN_OUTLINED_PX;
  const bars = { size: [1, Infinity], align: 1, gap: dense ? 0 : 2 } satisfies uPlot.Series.BarsPathBuilderOpts;
  // An outline in the colour of the page parts neighbours, whose colours need not be told from each other.
  const paths = uPlot.paths.bars!(bars);
  return { paths, fill: hue, stroke: look.surface, width: dense ? 0 : 1, points: { show: false } };
}

/** Where points are not drawn, those without a neighbour are: no line goes through them. */
function alonePoints(values: readonly (number | null)[]): uPlot.Series.Points.Filter {
  const isGap = (at: number) => (values[at] ?? null) === null;
  const alone = values.flatMap((value, at) => value !== null && isGap(at - 1) && isGap(at + 1) ? [at] : []);
  return (_plot, _series, show) => show || alone.length === 0 ? null : alone;
}

function drawLimits(plot: uPlot, chart: ChartData, { ink, surface, font, rtl }: PlotLook): void {
  const { ctx } = plot;
  const { left, width } = plot.bbox;
  for (const { label, value } of drawnLimits(chart)) {
    const y = Math.round(plot.valToPos(value, "y", true));
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = ink;
    ctx.lineWidth = devicePixelRatio * 1.5;
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(left + width, y);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.font = font.replace(/[\d.]+px/, (size) => `${Number.parseFloat(size) * devicePixelRatio}px`);
    ctx.textAlign = rtl ? "left" : "right";
    ctx.textBaseline = "bottom";
    ctx.lineWidth = devicePixelRatio * 4;
    ctx.strokeStyle = surface;
    const at = rtl ? left + 4 : left + width - 4;
    ctx.strokeText(label, at, y - 2 * devicePixelRatio);
    ctx.fillText(label, at, y - 2 * devicePixelRatio);
    ctx.restore();
  }
}
