/** Temporary raises while they are edited. */
import { BUDGET_PERIODS } from "../../../shared/budgets/names.ts";
import type { OwnLimits } from "../../../shared/limits.ts";
import { METER_NAMES } from "../../../shared/meters.ts";
import { isAmount, isLimit } from "./values.ts";

/** An empty `until` is a time that is not complete. */
export type Raise = NonNullable<OwnLimits["raises"]>[number];

/** As many as the service accepts. */
export const MAX_RAISES = 100;

const HOUR_MS = 3_600_000;

/** A raise of nothing yet, until a full hour, a day from now. */
export function newRaise(now_ms: number): Raise {
  return { until: new Date(Math.ceil(now_ms / HOUR_MS) * HOUR_MS + 24 * HOUR_MS).toISOString() };
}

/** Sets the raises; without any, the field goes. */
export function withRaises({ raises: _, ...own }: OwnLimits, raises: readonly Raise[]): OwnLimits {
  return raises.length === 0 ? own : { ...own, raises: [...raises] };
}

/** Changes some values of a raise; `undefined` leaves one as it is without the raise. */
export function withValues(raise: Raise, change: Partial<Raise>): Raise {
  const entries = Object.entries({ ...raise, ...change }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Raise;
}

/** Whether the service would accept a raise. */
export function isRaise(raise: Raise): boolean {
  return raise.until !== "" && METER_NAMES.every((name) => isLimit(raise[name])) &&
    BUDGET_PERIODS.every((period) => isAmount(raise[period]));
}

/** Whether a raise has ended. One without a complete time has not. */
export function hasEnded({ until }: Raise, now_ms: number): boolean {
  return Date.parse(until) <= now_ms;
}

/**
 * Reads a field for date and time, which is in the reader's zone.
 *
 * @returns an empty text while the field is not complete, or for a year of five digits, which the service does not accept.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readLocalTime } from "./raises.ts";
 *
 * assert.equal(readLocalTime("2026-11-21T10:20"), new Date(2026, 10, 21, 10, 20).toISOString());
 * assert.equal(readLocalTime(""), "");
 * ```
 */
export function readLocalTime(text: string): string {
  const at = new Date(text);
  const instant = Number.isNaN(at.getTime()) ? "" : at.toISOString();
  return /^\d{4}-/.test(instant) ? instant : "";
}
