/** The calendar day in a time zone: when it begins and when the next one does, including days with a clock change. */
export interface CalendarDay {
  /** Epoch milliseconds of its first instant. */
  start_ms: number;
  /** Epoch milliseconds of the next day's first instant: 23, 24 or 25 h later. */
  end_ms: number;
}

/**
 * The day that contains an instant.
 *
 * @param now_ms epoch milliseconds.
 * @param zone an IANA zone.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { calendarDay } from "./calendar_day.ts";
 *
 * const day = calendarDay(Date.parse("2026-03-29T12:00:00Z"), "Europe/Berlin");
 * assert.equal(day.end_ms - day.start_ms, 23 * 3_600_000);
 * ```
 */
export function calendarDay(now_ms: number, zone: string): CalendarDay {
  const start = Temporal.Instant.fromEpochMilliseconds(now_ms).toZonedDateTimeISO(zone).startOfDay();
  return { start_ms: start.epochMilliseconds, end_ms: start.add({ days: 1 }).startOfDay().epochMilliseconds };
}

/** {@link calendarDay} for one zone, cached until the day ends, because every call asks for it. */
export function calendarDays(zone: string): (now_ms: number) => CalendarDay {
  let day: CalendarDay = { start_ms: 0, end_ms: 0 };
  return (now_ms) => {
    if (now_ms < day.start_ms || now_ms >= day.end_ms) day = calendarDay(now_ms, zone);
    return day;
  };
}
