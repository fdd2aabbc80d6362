/** The calendar periods of budgets: day, week from Monday, and month, in one time zone. */
import { BUDGET_PERIODS } from "../../../shared/budgets/names.ts";

/** The periods that contain an instant, in the order of `BUDGET_PERIODS`. Epoch milliseconds. */
export interface Periods {
  /** A start is the period's key: a counter of another start is one of another period. */
  readonly starts_ms: readonly number[];
  /** When the next period begins. */
  readonly ends_ms: readonly number[];
}

/**
 * The periods that contain an instant. Days, weeks and months with a clock change are shorter or longer.
 *
 * @param zone an IANA zone.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { budgetPeriods } from "./periods.ts";
 *
 * const { starts_ms, ends_ms } = budgetPeriods(Date.parse("2026-03-29T12:00:00Z"), "Europe/Berlin");
 * const hours = starts_ms.map((start_ms, period) => (ends_ms[period] - start_ms) / 3_600_000);
 * assert.deepEqual(hours, [23, 7 * 24 - 1, 31 * 24 - 1]);
 * ```
 */
export function budgetPeriods(now_ms: number, zone: string): Periods {
  const date = Temporal.Instant.fromEpochMilliseconds(now_ms).toZonedDateTimeISO(zone).toPlainDate();
  const first = {
    day: date,
    week: date.subtract({ days: date.dayOfWeek - 1 }),
    month: date.with({ day: 1 }),
  };
  const after = {
    day: first.day.add({ days: 1 }),
    week: first.week.add({ days: 7 }),
    month: first.month.add({ months: 1 }),
  };
  const at = (date: Temporal.PlainDate) => date.toZonedDateTime(zone).epochMilliseconds;
  return {
    starts_ms: BUDGET_PERIODS.map((period) => at(first[period])),
    ends_ms: BUDGET_PERIODS.map((period) => at(after[period])),
  };
}

/** {@link budgetPeriods} for one zone, cached until the day ends, because every call asks for them. */
export function cachedPeriods(zone: string): (now_ms: number) => Periods {
  let known: Periods = { starts_ms: [0], ends_ms: [0] };
  return (now_ms) => {
    if (now_ms < known.starts_ms[0] || now_ms >= known.ends_ms[0]) known = budgetPeriods(now_ms, zone);
    return known;
  };
}
