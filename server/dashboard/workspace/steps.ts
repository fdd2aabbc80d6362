/** The steps of a time span in a chart. */
import { HISTORY_STEPS, type HistoryStep } from "../../../shared/history/history_names.ts";
import { customSpan, lengthOf } from "../data/span.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const STEP_MS: Record<HistoryStep, number> = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS };

/** For how long the service keeps the sums of a step, less an hour for clocks that differ. */
const KEPT_MS: Record<HistoryStep, number> = {
  minute: 8 * DAY_MS - HOUR_MS,
  hour: 400 * DAY_MS - HOUR_MS,
  day: Infinity,
};

/** More steps than this cannot be told from each other in a chart. */
const MAX_STEPS = 750;

export interface Span {
  from_ms: number;
  /** `null`: now. */
  to_ms: number | null;
}

/**
 * The span of a view. One that ends now begins at the start of a step, so that it stays the same until the next step, and
 * its first step is whole.
 *
 * @param now on the service's clock.
 */
export function spanOf(range: string | null, step: HistoryStep, now: number): Span {
  const custom = customSpan(range);
  if (custom) return custom;
  const length = STEP_MS[step];
  return { from_ms: now - now % length - lengthOf(range) + length, to_ms: null };
}

/** The steps that a span can be shown in, shortest first. */
export function stepsFor(range: string | null, now: number): HistoryStep[] {
  const length = lengthOf(range);
  const from_ms = customSpan(range)?.from_ms ?? now - length;
  const fits = HISTORY_STEPS.filter((step) => length / STEP_MS[step] <= MAX_STEPS && from_ms >= now - KEPT_MS[step]);
  return fits.length > 0 ? fits : ["day"];
}

/**
 * The step of a view: the one that is asked for, or the one that shows the span best.
 *
 * @param asked its name, or an empty text.
 */
export function stepOf(range: string | null, asked: string, now: number): HistoryStep {
  const steps = stepsFor(range, now);
  return steps.find((step) => step === asked) ?? steps.find((step) => step === usualStep(lengthOf(range))) ??
    steps.at(-1)!;
}

function usualStep(length: number): HistoryStep {
  if (length <= 6 * HOUR_MS) return "minute";
  return length <= 8 * DAY_MS ? "hour" : "day";
}
