/** The values of a history that charts and tables show, each with its exact text. */
import type { History, HistoryGroup, HistorySums } from "../../../shared/history/history.ts";
import { fullCount } from "../../../shared/format.ts";
import { drawnUsd, parseUsd } from "../../../shared/money/money.ts";
import { say } from "../../../shared/words/say.ts";
import { usdText } from "./usd_text.ts";

/** A value that adds up over steps and groups. */
export type Measure = "requests" | "tokens" | "cost";

/** The sums that measures are taken from. */
export type Measured = Pick<
  HistorySums,
  "attempts" | "refused" | "total_tokens" | "charged_tokens" | "cost_usd" | "unpriced_calls"
>;

type Points = readonly (Measured | null)[];

/** The part of a history that a stack shows. */
export interface MeasuredHistory extends Pick<History, "to" | "step" | "zone" | "by" | "steps"> {
  groups: readonly (Pick<HistoryGroup, "group" | "other"> & { points: Points })[];
  points: Points;
}

interface MeasureFacts {
  /** For the drawing alone. */
  draw(sums: Measured, by: History["by"]): number;
  /** Exact. */
  text(sums: Measured, by: History["by"]): string;
}

export const MEASURES: Record<Measure, MeasureFacts> = {
  requests: { draw: requestsOf, text: (sums, by) => fullCount(requestsOf(sums, by)) },
  /** As limits count: unknown usage is charged what was reserved for it. */
  tokens: { draw: tokensOf, text: (sums) => fullCount(tokensOf(sums)) },
  cost: { draw: ({ cost_usd }) => drawnUsd(parseUsd(cost_usd)!), text: costText },
};

/** Attempts, because each of them counts toward the limits. By outcome, refused calls are a group of their own. */
export function requestsOf({ attempts, refused }: Measured, by: History["by"]): number {
  return by === "outcome" ? attempts + refused : attempts;
}

export function tokensOf({ total_tokens, charged_tokens }: Measured): number {
  return total_tokens + charged_tokens;
}

/** The cost, which is a minimum where calls have no price. */
export function costText({ cost_usd, unpriced_calls }: Measured): string {
  if (unpriced_calls === 0) return usdText(cost_usd);
  return say("at least {amount}", { amount: usdText(cost_usd, "floor") });
}
