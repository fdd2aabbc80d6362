/** What the parts of one tracker work on together, and how that is wired. */
import { type CalendarDay, calendarDays } from "../core/calendar_day.ts";
import type { Clock } from "../core/clock.ts";
import type { Limits } from "../core/limits.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { Changes } from "./changes.ts";
import { LedgerOutbox } from "./ledger_outbox.ts";
import { LimitsBook } from "../limits/limits_book.ts";
import { OpenAttempts } from "./open_attempts.ts";
import { SentCalls } from "./sent_calls.ts";
import { WaitingLines } from "./waiting_lines.ts";
import { Workspaces } from "./workspaces.ts";

/** What a tracker counts with and by which rules. */
export interface TrackerOptions {
  clock: Clock;
  ledger: Ledger;
  /** What a workspace may use for which nothing else is set. */
  limits: Limits;
  warning_ratio: number;
  mode: "enforce" | "observe";
  /** IANA zone in which a day begins. */
  timezone: string;
  /** Told of what a person who runs the service should know. */
  log?: (event: string, fields: Record<string, unknown>) => void;
}

/** Shared by all that moves a counter. */
export interface TrackerParts {
  clock: Clock;
  today: () => CalendarDay;
  ledger: Ledger;
  writer: LedgerOutbox;
  /** Whether anything is refused. */
  enforcing: boolean;
  limits: LimitsBook;
  workspaces: Workspaces;
  open: OpenAttempts;
  calls: SentCalls;
  waiting: WaitingLines;
  changes: Changes;
  log: NonNullable<TrackerOptions["log"]>;
}

/** Makes the parts. What has changed is evaluated before anybody is told of it, so that a notice is in time. */
export function trackerParts(options: TrackerOptions): TrackerParts {
  const { clock, ledger, warning_ratio, mode, timezone, log = () => {} } = options;
  const dayOf = calendarDays(timezone);
  const limits = new LimitsBook(options.limits);
  const workspaces = new Workspaces({ limitsOf: (id) => limits.of(id), warning_ratio, dayOf });
  const changes = new Changes(clock);
  const writer = new LedgerOutbox(ledger, {
    onChange: (failure) => {
      if (failure === null) log("ledger_recovered", {});
      else log("ledger_failing", { cause: String(failure) });
      changes.touchAll(workspaces.values());
    },
    onLost: (entry, cause) => log("ledger_entry_lost", { kind: entry.kind, cause: String(cause) }),
  });
  changes.subscribe((id) => {
    const notice = workspaces.get(id)?.evaluate(clock.now(), writer.failing);
    if (notice) writer.write({ kind: "notice", row: notice });
  });
  return {
    clock,
    today: () => dayOf(clock.now()),
    ledger,
    writer,
    enforcing: mode === "enforce",
    limits,
    workspaces,
    open: new OpenAttempts(),
    calls: new SentCalls(),
    waiting: new WaitingLines(clock),
    changes,
    log,
  };
}
