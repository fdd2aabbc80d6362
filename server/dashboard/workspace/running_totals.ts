/** Sums that add up over each day, as the limits and budgets of a day count them. */
import type { History } from "../../../shared/history/history.ts";
import { addUsd, formatUsd, parseUsd } from "../../../shared/money/money.ts";
import type { Measured, MeasuredHistory } from "../charts/measures.ts";

/** The longest day, on which clocks are set back. A history that begins this much earlier has the begin of its first day. */
export const LONGEST_DAY_MS = 25 * 3_600_000;

/**
 * Each step with the sum of its day up to its end. Days are those of the history's zone.
 *
 * @param from the start of the steps that are wanted. Those before it are part of the sums alone.
 */
export function runningTotals(history: History, from: string): MeasuredHistory {
  const { steps, zone } = history;
  const format = new Intl.DateTimeFormat("en", { dateStyle: "short", timeZone: zone });
  const days = steps.map((start) => format.format(Date.parse(start)));
  const wanted = steps.filter((start) => Date.parse(start) < Date.parse(from)).length;
  const added = (points: readonly (Measured | null)[]) => addedUp(points, days).slice(wanted);
  return {
    ...history,
    steps: steps.slice(wanted),
    points: added(history.points),
    groups: history.groups.map((group) => ({ ...group, points: added(group.points) })),
  };
}

function addedUp(points: readonly (Measured | null)[], days: readonly string[]): (Measured | null)[] {
  let sum: Measured | null = null;
  return points.map((point, at) => {
    if (days[at] !== days[at - 1]) sum = null;
    if (point !== null) sum = sum === null ? point : plus(sum, point);
    return sum;
  });
}

function plus(a: Measured, b: Measured): Measured {
  return {
    attempts: a.attempts + b.attempts,
    refused: a.refused + b.refused,
    total_tokens: a.total_tokens + b.total_tokens,
    charged_tokens: a.charged_tokens + b.charged_tokens,
    unpriced_calls: a.unpriced_calls + b.unpriced_calls,
    cost_usd: formatUsd(addUsd(parseUsd(a.cost_usd)!, parseUsd(b.cost_usd)!)),
  };
}
