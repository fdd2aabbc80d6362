/** The limit that a status is about. */
import { METER_LABELS } from "../../format.ts";
import type { MeterName } from "../../meters.ts";
import { say } from "../../words/say.ts";
import type { Meter, StatusBody } from "../../quota.ts";
import { type Budget, budgetShare, countsOf, isCauseOf, phraseOf } from "./budgets.ts";
import { shortName } from "./short_name.ts";
import { limitName, metersOf, type NamedMeter, percentageOf, tightest } from "./tightest.ts";

/** The limit whose used share every surface shows as its one number. */
export interface DecisiveLimit {
  /** `requests a minute`, `tokens a day to gpt-5.4`, `OpenAI's requests to gpt-5.4`. */
  phrase: string;
  /** Used and reserved amount, by the count that decides; in percent of 100 where it is a budget. */
  used: number;
  limit: number;
  /** Our name and meter of it; null where the provider's count decides. */
  name: MeterName | null;
  meter: Meter | null;
  /** Left out where it is no budget. */
  budget?: Budget;
}

/** Causes that are about the provider's own limits, and the limits that they may mean. */
const PROVIDER_UNITS: Partial<Record<string, ("requests" | "tokens")[]>> = {
  provider_requests: ["requests"],
  provider_tokens: ["tokens"],
  provider_rate_limit: ["requests", "tokens"],
};

const PROVIDER_PHRASES = {
  requests: "OpenAI's requests to {pool}",
  tokens: "OpenAI's tokens to {pool}",
} as const;

/**
 * The limit that the status is about: the one that its cause names, by the provider's count where the provider's limit is
 * the cause, else the tightest limit or budget. Null where neither is known.
 */
export function decisiveLimit(status: StatusBody): DecisiveLimit | null {
  const { cause } = status;
  const reported = reportedLimits(status, PROVIDER_UNITS[cause?.code ?? ""] ?? []);
  if (reported.length > 0) return fullest(reported);
  const { budgets = [] } = status;
  const spent = budgets.find((budget) => isCauseOf(budget, cause));
  if (spent) return budgetLimit(spent);
  const named = metersOf(status).find(({ name, model }) => name === cause?.code && model === cause?.model);
  if (named) return limitOf(named);
  const limit = tightest(status);
  const all = [...limit ? [limitOf(limit)] : [], ...budgets.map(budgetLimit)];
  return all.length > 0 ? fullest(all) : null;
}

/** A budget, as {@link decisiveLimit} gives the limit that decides. */
export function budgetLimit(budget: Budget): DecisiveLimit {
  return { phrase: phraseOf(budget), used: budgetShare(budget), limit: 100, name: null, meter: null, budget };
}

/** Used and limit for a text: counts, or amounts of money. */
export function countsText({ used, limit, budget }: DecisiveLimit): Record<"used" | "limit", string | number> {
  return budget ? countsOf(budget) : { used, limit };
}

/** One of our limits, as {@link decisiveLimit} gives the one that decides. */
export function limitOf({ name, model, meter }: NamedMeter): DecisiveLimit {
  return {
    phrase: limitName(say(METER_LABELS[name].phrase), model && shortName(model)),
    used: meter.current + meter.reserved,
    limit: meter.limit,
    name,
    meter,
  };
}

/** Used share of the {@link decisiveLimit} in percent, not rounded; null where no limit is known. */
export function usedShare(status: StatusBody): number | null {
  const limit = decisiveLimit(status);
  return limit && percentOf(limit);
}

/** The first of equals. */
function fullest(limits: DecisiveLimit[]): DecisiveLimit {
  return limits.reduce((worst, each) => percentOf(each) > percentOf(worst) ? each : worst);
}

function percentOf(limit: DecisiveLimit): number {
  return limit.meter ? percentageOf(limit.meter) : shareOf(limit);
}

function shareOf({ used, limit }: DecisiveLimit): number {
  return limit > 0 ? used * 100 / limit : 100;
}

function reportedLimits({ provider }: StatusBody, units: ("requests" | "tokens")[]): DecisiveLimit[] {
  return provider.flatMap((pool) =>
    units.flatMap((unit) => {
      const reported = pool[unit];
      if (!reported) return [];
      const used = Math.max(0, reported.limit - reported.remaining);
      return [{
        phrase: say(PROVIDER_PHRASES[unit], { pool: shortName(pool.pool) }),
        used,
        limit: reported.limit,
        name: null,
        meter: null,
      }];
    })
  );
}
