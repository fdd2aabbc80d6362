/** Divides a range of time into steps of a time zone. */
import { calendarDay } from "../../core/calendar_day.ts";
import { ProblemError } from "../../core/problem_error.ts";
import type { HistoryStep } from "../../../shared/history/history_names.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long each kind of sum is kept, in days. Sums of days are kept for ever. */
export const KEPT_DAYS = { minute: 8, hour: 400 } as const;

/** More steps than a chart can show, and a bound on the size of an answer. */
const MAX_STEPS = 2_000;

export interface Range {
  from_ms: number;
  to_ms: number;
  step: HistoryStep;
  zone: string;
}

interface Steps {
  starts_ms: number[];
  end_ms: number;
}

/**
 * The steps that overlap a range. Hours are counted from the midnight of their day, so a day of a clock change has 23 or 25.
 *
 * @throws {ProblemError} `invalid_request` for too many steps.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { stepsOf } from "./steps.ts";
 *
 * const [from_ms, to_ms] = ["2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"].map(Date.parse);
 * const { starts_ms } = stepsOf({ from_ms, to_ms, step: "hour", zone: "Europe/Berlin" });
 * assert.equal(starts_ms.length, 23);
 * ```
 */
export function stepsOf({ from_ms, to_ms, step, zone }: Range): Steps {
  if (step === "minute") {
    const first = from_ms - mod(from_ms, MINUTE_MS);
    return checked(evenSteps(first, to_ms, MINUTE_MS), step);
  }
  const starts_ms: number[] = [];
  let end_ms = from_ms;
  for (let day = calendarDay(from_ms, zone);; day = calendarDay(day.end_ms, zone)) {
    const steps = step === "day"
      ? { starts_ms: [day.start_ms], end_ms: day.end_ms }
      : hoursOf(day.start_ms, day.end_ms);
    const { length } = steps.starts_ms;
    const ends = steps.starts_ms.map((_, at) => at + 1 < length ? steps.starts_ms[at + 1] : steps.end_ms);
    for (const [at, start] of steps.starts_ms.entries()) {
      if (ends[at] <= from_ms || start >= to_ms) continue;
      starts_ms.push(start);
      end_ms = ends[at];
    }
    if (day.end_ms >= to_ms || starts_ms.length > MAX_STEPS) return checked({ starts_ms, end_ms }, step);
  }
}

/** The last step of a day may be shorter: some zones change their clocks by half an hour. */
function hoursOf(start_ms: number, end_ms: number): Steps {
  return { ...evenSteps(start_ms, end_ms, HOUR_MS), end_ms };
}

function evenSteps(first_ms: number, to_ms: number, length_ms: number): Steps {
  const count = Math.min(MAX_STEPS + 1, Math.max(1, Math.ceil((to_ms - first_ms) / length_ms)));
  const starts_ms = Array.from({ length: count }, (_, step) => first_ms + step * length_ms);
  return { starts_ms, end_ms: first_ms + count * length_ms };
}

function checked(steps: Steps, step: HistoryStep): Steps {
  if (steps.starts_ms.length <= MAX_STEPS) return steps;
  const detail = `Cannot show the range by ${step}: it has more than ${MAX_STEPS} steps. Choose a shorter range or a ` +
    "longer step";
  throw new ProblemError("invalid_request", detail);
}

/** The step that shows a range best. */
export function usualStep(span_ms: number): HistoryStep {
  if (span_ms <= 6 * HOUR_MS) return "minute";
  return span_ms <= 31 * DAY_MS ? "hour" : "day";
}

/** The remainder, also of an instant before 1970. */
function mod(value: number, length: number): number {
  return ((value % length) + length) % length;
}
