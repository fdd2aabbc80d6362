/** An attempt on the wire. */
import { type AttemptField, FIELD_ENTRIES } from "../../../shared/attempt_fields.ts";
import type { AttemptBody } from "../../../shared/attempts.ts";
import { formatUsd, type UsdNanos } from "../../../shared/money/money.ts";
import type { AttemptRow } from "../../ledger/ledger.ts";

/** The wire form of the types whose values differ from those in code. */
const FORMS: Partial<Record<AttemptField["type"], (value: never) => unknown>> = {
  instant: (ms: number) => new Date(ms).toISOString(),
  money: (amount: UsdNanos) => formatUsd(amount),
};

export function attemptBody(row: AttemptRow): AttemptBody {
  const fields = FIELD_ENTRIES.map(([name, { type, wire = name }]) => {
    const value = row[name] ?? null;
    return [wire, value === null ? null : FORMS[type]?.(value as never) ?? value];
  });
  return Object.fromEntries(fields);
}
