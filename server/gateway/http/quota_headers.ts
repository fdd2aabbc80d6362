/** Headers that tell the caller what their call cost and what it left. */
import { METER_NAMES } from "../../../shared/meters.ts";
import { formatUsd, usdNanos } from "../../../shared/money/money.ts";
import type { Attempt } from "../../attempts/attempt.ts";

/** The id by which `GET /api/quota/calls/{call_id}` finds the call. */
export const CALL_ID_HEADER = "x-quota-call-id";

const REMAINING = METER_NAMES.map((name) => `x-quota-remaining-${name.replaceAll("_", "-")}`);

/**
 * Appends what is known: the remaining counts are those after the reservation; the cost is known in the head only of an
 * answer that has been read whole by then.
 *
 * @param headers names and values in turn.
 */
export function pushQuotaHeaders(
  headers: string[],
  { call_id, remaining, charge }: Pick<Attempt, "call_id" | "remaining" | "charge">,
): void {
  headers.push(CALL_ID_HEADER, call_id);
  if (remaining !== null) {
    for (let place = 0; place < METER_NAMES.length; place++) {
      const count = remaining[METER_NAMES[place]];
      if (count !== null) headers.push(REMAINING[place], String(count));
    }
  }
  if (charge === null) return;
  if ("unpriced" in charge) headers.push("x-quota-unpriced", charge.unpriced);
  else headers.push("x-quota-cost", formatUsd(usdNanos(charge.cost_usd_nanos)));
}
