/** The limits and problems of a status, in the one shape that the rules of notices compare. */
import { METER_LABELS } from "../../shared/format.ts";
import type { Cause, CauseCode, StatusBody } from "../../shared/quota.ts";
import { type Budget, budgetShare } from "../../shared/ui/meters/budgets.ts";
import { budgetLimit, type DecisiveLimit, limitOf, usedShare } from "../../shared/ui/meters/decisive_limit.ts";
import { metersOf, type NamedMeter, percentageOf } from "../../shared/ui/meters/tightest.ts";
import { isBlocked, isBudget } from "../../shared/ui/status/tone.ts";

/** The level of a full limit, and of every problem. */
export const FULL = 100;

/** A limit or a problem as one status reports it. */
export interface Reading {
  /** Unique within a workspace, and the same from status to status. */
  key: string;
  kind: "limits" | "problems";
  /** Used share in percent, below {@link FULL} unless it is full. */
  used: number;
  /** Service's epoch milliseconds of the next reset; null for a rolling window, and for a problem. */
  resets_at: number | null;
  /** Service's epoch milliseconds before which it cannot end; null where that is unknown. */
  until: number | null;
  /** A limit that is raised or lowered is another limit. */
  limit: number | string;
  /** The limit or budget; left out for a problem. */
  named?: DecisiveLimit;
}

/** All readings of a status, in display order. The cause is one where no limit of the service says the same. */
export function readingsOf(status: StatusBody): Reading[] {
  const { cause, budgets = [] } = status;
  const limits = [...metersOf(status).map(ofMeter), ...budgets.map(ofBudget)];
  return cause && !(cause.code in METER_LABELS || isBudget(cause)) ? [ofCause(status, cause), ...limits] : limits;
}

function ofBudget(budget: Budget): Reading {
  const { scope, name, period, resets_at, limit_usd } = budget;
  return {
    key: `budget_${period} ${scope} ${name}`,
    kind: "limits",
    used: budgetShare(budget),
    resets_at: Date.parse(resets_at),
    until: null,
    limit: limit_usd,
    named: budgetLimit(budget),
  };
}

function ofMeter(of: NamedMeter): Reading {
  const { meter, name, model } = of;
  return {
    key: keyOf(name, model),
    kind: "limits",
    used: meter.remaining === 0 ? FULL : belowFull(percentageOf(meter)),
    resets_at: meter.window === "calendar_day" ? Date.parse(meter.resets_at) : null,
    until: null,
    limit: meter.limit,
    named: limitOf(of),
  };
}

function ofCause(status: StatusBody, { code, model, until }: Cause): Reading {
  const isLimit = code === "provider_requests" || code === "provider_tokens";
  return {
    key: keyOf(code, model),
    kind: isLimit ? "limits" : "problems",
    used: isLimit && !isBlocked(status.status) ? belowFull(usedShare(status) ?? 0) : FULL,
    resets_at: null,
    until: until === null ? null : Date.parse(until),
    limit: 0,
  };
}

function keyOf(code: CauseCode, part: string | undefined): string {
  return part === undefined ? code : `${code} ${part}`;
}

/** A share that was rounded up is not full. */
function belowFull(percentage: number): number {
  return Math.min(percentage, FULL - 0.1);
}
