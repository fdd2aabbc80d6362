/** The drawing of a chart, and the way along its points with pointer and keyboard. */
import { useEffect, useRef, useState } from "preact/hooks";
import { say } from "../../../shared/words/say.ts";
import { type ChartData, TONES } from "./chart_data.ts";
import type { Plot as Drawing } from "./plot.ts";
import { readLook, watchLook } from "./plot_look.ts";
import { pointText } from "./point_text.ts";
import { walkTo } from "./walk.ts";

const HEIGHT = 200;
const PROBES = ["muted", "line", "surface", ...Array.from({ length: TONES + 1 }, (_, tone) => `tone-${tone}`)];

interface PlotProps {
  title: string;
  chart: ChartData;
  axisValue: (value: number) => string;
}

/**
 * The arrow keys move along the steps, and each one is spoken with its values. The role lets screen readers pass the keys on.
 * Only what the keyboard does is spoken: a pointer or new numbers would interrupt the reader.
 */
export function Plot({ title, chart, axisValue }: PlotProps) {
  const [at, setAt] = useState<number | null>(null);
  const [spoken, setSpoken] = useState("");
  const last = chart.steps.length - 1;
  const shown = Math.min(at ?? last, last);
  const { element, drawing, failed } = useDrawing(chart, axisValue, { at, setAt });
  const walk = (to: number) => {
    setAt(to);
    drawing.current?.mark(to);
    setSpoken(pointText(chart, to));
  };
  return (
    <>
      <div
        class="plot"
        ref={element}
        style={{ height: `${HEIGHT}px` }}
        tabIndex={0}
        role="application"
        aria-roledescription={say("chart")}
        aria-label={say("{title}: move along it with the arrow keys", { title })}
        onFocus={({ currentTarget }) => currentTarget.matches(":focus-visible") && walk(shown)}
        onKeyDown={(event) => onWalkKey(event, { at: shown, count: chart.steps.length, walk })}
      >
        {PROBES.map((name) => <i key={name} data-probe={name} />)}
      </div>
      <p class="point number" aria-hidden="true">
        {failed
          ? say("Cannot draw the chart: load the page again. Its table has the numbers.")
          : pointText(chart, shown)}
      </p>
      <p class="spoken" aria-live="polite">{spoken}</p>
    </>
  );
}

interface Way {
  at: number;
  count: number;
  walk(to: number): void;
}

function onWalkKey(event: KeyboardEvent, { at, count, walk }: Way): void {
  const rtl = getComputedStyle(event.currentTarget as Element).direction === "rtl";
  const next = walkTo(event.key, at, { count, rtl });
  if (next === null || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  walk(next);
}

interface Marked {
  at: number | null;
  setAt(at: number | null): void;
}

/** Keeps a drawing of the chart in an element. */
function useDrawing(chart: ChartData, axisValue: PlotProps["axisValue"], { at, setAt }: Marked) {
  const element = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const [failed, setFailed] = useState(false);
  const [look, setLook] = useState(0);
  useEffect(() => watchLook(() => setLook((count) => count + 1)), []);
  useEffect(() => {
    const place = element.current!;
    const parts = { stopped: false, stop: () => {} };
    import("./plot.ts").then(({ draw }) => {
      if (parts.stopped) return;
      const size = () => ({ width: Math.max(place.clientWidth, 1), height: HEIGHT });
      const drawn = draw(place, chart, { look: readLook(place), ...size(), axisValue, onPoint: setAt });
      drawing.current = drawn;
      if (at !== null && place.matches(":focus-visible")) drawn.mark(at);
      const resizes = new ResizeObserver(() => drawn.resize(size().width, HEIGHT));
      resizes.observe(place);
      parts.stop = () => (resizes.disconnect(), drawn.destroy());
    }, () => setFailed(true));
    return () => {
      parts.stopped = true;
      parts.stop();
      drawing.current = null;
    };
  }, [chart, look]);
  return { element, drawing, failed };
}
