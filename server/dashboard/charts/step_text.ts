/** The start of a step as text, in the zone of the chart. */
import type { HistoryStep } from "../../../shared/history/history_names.ts";
import { currentLocale } from "../../../shared/words/say.ts";

const CLOCK = { hour: "2-digit", minute: "2-digit" } as const;
const DAY = { weekday: "short", day: "numeric", month: "short" } as const;

type Form = "full" | "axis";

interface ChartRange {
  steps: readonly number[];
  /** Of the last step. */
  end: number;
  step: HistoryStep;
  zone: string;
}

const FORMATS: Record<Form, Record<HistoryStep, Intl.DateTimeFormatOptions>> = {
  full: { minute: { ...DAY, ...CLOCK }, hour: { ...DAY, ...CLOCK }, day: DAY },
  axis: { minute: CLOCK, hour: CLOCK, day: { day: "numeric", month: "short" } },
};

/** `Mon 2 Nov, 14:00`, or `Mon 2 Nov` for a day. */
export function stepText(at: number, { step, zone }: { step: HistoryStep; zone: string }): string {
  return formatted(at, { ...FORMATS.full[step], timeZone: zone });
}

/** A label on the axis: the time of day, or the date at the beginning of a day. */
export function axisText(at: number, { step, zone }: { step: HistoryStep; zone: string }): string {
  const isMidnight = step !== "day" &&
    /^0?0:00$/.test(formatted(at, { ...CLOCK, hourCycle: "h23", timeZone: zone }, "en"));
  return formatted(at, { ...FORMATS.axis[isMidnight ? "day" : step], timeZone: zone });
}

/** The whole range, with the zone where it is not the reader's: `20 – 26 Nov · UTC`. Days are whole, so the last one is named. */
export function rangeText({ steps, end, step, zone }: ChartRange): string {
  const options = { ...FORMATS.full[step], timeZone: zone };
  const format = new Intl.DateTimeFormat(currentLocale().tag, options);
  const range = format.formatRange(steps[0], step === "day" ? end - 1 : end);
  return zone === Intl.DateTimeFormat().resolvedOptions().timeZone ? range : `${range} · ${zone}`;
}

function formatted(at: number, options: Intl.DateTimeFormatOptions, tag = currentLocale().tag): string {
  return new Intl.DateTimeFormat(tag, options).format(at);
}
