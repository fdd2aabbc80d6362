/** Totals of a workspace's calendar day, as the status body and the usage report show them. */
import type { AttemptRow } from "../../ledger/ledger.ts";
import { addAttempt, addCounts, COUNT_FIELDS } from "../../ledger/rollup.ts";
import type { CalendarDay } from "../../core/calendar_day.ts";
import { instant } from "../../core/meter.ts";
import { noTokens } from "../../../shared/tokens.ts";
import type { UsageTotals } from "../../../shared/usage.ts";

/** Totals without the instant at which they begin. */
type Totals = Required<Omit<UsageTotals, "since">>;

/** No calls at all. */
export function noTotals(): Totals {
  return { calls: 0, attempts: 0, failed: 0, estimated_calls: 0, ...noTokens(), charged_tokens: 0, requests: 0 };
}

/** Adds the totals of one model in the ledger, in place. */
export function addTotals(totals: Totals, added: Totals): Totals {
  for (const field of COUNT_FIELDS) totals[field] = addCounts(totals[field], added[field]);
  return totals;
}

/** Totals on the wire. */
export function wireTotals(totals: Totals, since_ms: number): UsageTotals {
  return { ...totals, since: instant(since_ms) };
}

/** The totals of the current day. They begin anew with each day. */
export class DayTotals {
  readonly #dayOf: (now_ms: number) => CalendarDay;
  #start_ms = -Infinity;
  #totals = noTotals();

  constructor(dayOf: (now_ms: number) => CalendarDay) {
    this.#dayOf = dayOf;
  }

  /** Adds what the ledger has of the day. */
  addTotals(added: Totals, now_ms: number): void {
    addTotals(this.#at(now_ms), added);
  }

  /** Counts an attempt, unless it belongs to an earlier day. */
  addAttempt(row: AttemptRow, now_ms: number): void {
    const totals = this.#at(now_ms);
    if (row.started_at_ms >= this.#start_ms) addAttempt(totals, row);
  }

  /** As the status body shows them. */
  wire(now_ms: number): UsageTotals {
    const { start_ms } = this.#dayOf(now_ms);
    return wireTotals(this.#start_ms === start_ms ? this.#totals : noTotals(), start_ms);
  }

  #at(now_ms: number): Totals {
    const { start_ms } = this.#dayOf(now_ms);
    if (start_ms > this.#start_ms) {
      this.#start_ms = start_ms;
      this.#totals = noTotals();
    }
    return this.#totals;
  }
}
