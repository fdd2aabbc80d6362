/** Events of the ledger for the operator. */
import type { LedgerEntry } from "../ledger/ledger.ts";

/** Events that the operator should see. */
export interface OutboxEvents {
  /** The ledger started to fail, for this reason, or (`null`) works again. */
  onChange(failure: unknown): void;
  /** The ledger accepts entries and has a problem, for this reason, or (`null`) no problem any more. */
  onProblem(reason: string | null): void;
  /** An entry is lost: the ledger refuses it for good, or too many entries are kept already. */
  onLost(entry: LedgerEntry, cause: unknown): void;
}

/** Logs the events. `changed` is called when the ledger begins or ceases to fail or to have a problem. */
export function loggedEvents(
  log: (event: string, fields: Record<string, unknown>) => void,
  changed: () => void,
): OutboxEvents {
  const told = (begin: string, end: string) => (cause: unknown) => {
    if (cause === null) log(end, {});
    else log(begin, { cause: String(cause) });
    changed();
  };
  return {
    onChange: told("ledger_failing", "ledger_recovered"),
    onProblem: told("ledger_problem", "ledger_problem_over"),
    onLost: ({ kind }, cause) => log("ledger_entry_lost", { kind, cause: String(cause) }),
  };
}
