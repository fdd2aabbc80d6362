/** Restores from the ledger what was spent in the current periods, day by day, so that entries never wait for long. */
import type { CalendarDay } from "../../core/calendar_day.ts";
import type { Periods } from "../../core/budgets/periods.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Workspaces } from "../workspaces.ts";

/** The parts that {@link loadSpend} uses. */
interface SpendLoading {
  ledger: Pick<Ledger, "spend">;
  workspaces: Workspaces;
  dayOf: (now_ms: number) => CalendarDay;
  /** The current periods. */
  periods: Periods;
  now_ms: number;
  /** The last attempt in the ledger that this process has not counted itself. */
  last_place: number;
}

/** A day that was loaded. */
interface LoadedDay {
  /** The first instant after. */
  to_ms: number;
  /** The last correction that is in its sums. */
  corrections_place: number;
}

/**
 * Adds the sums to the counters. Calls that this process counts meanwhile are not among them.
 *
 * @returns the days, in their order.
 */
export async function loadSpend(
  { ledger, workspaces, dayOf, periods, now_ms, last_place }: SpendLoading,
): Promise<LoadedDay[]> {
  const days: LoadedDay[] = [];
  for (let from_ms = Math.min(...periods.starts_ms); from_ms <= now_ms;) {
    const { end_ms } = dayOf(from_ms);
    // Rows of a clock that ran ahead belong to the last day.
    const to_ms = end_ms > now_ms ? Number.MAX_SAFE_INTEGER : end_ms;
    const { counts, corrections_place } = await ledger.spend(from_ms, to_ms, last_place);
    for (const [id, all] of Map.groupBy(counts, ({ workspace_id }) => workspace_id)) {
      workspaces.changeSpend(id, (budgets) => all.forEach((spend) => budgets.restore(spend, from_ms, periods)));
    }
    days.push({ to_ms, corrections_place });
    from_ms = end_ms;
  }
  return days;
}
