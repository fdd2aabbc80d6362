/** The values of a history that charts and tables show, each with its exact text. */
import type { History, HistorySums } from "../../../shared/history/history.ts";
import { fullCount } from "../../../shared/format.ts";
import { drawnUsd, parseUsd } from "../../../shared/money/money.ts";
import { say } from "../../../shared/words/say.ts";
import { usdText } from "./usd_text.ts";

/** A value that adds up over steps and groups. */
export type Measure = "requests" | "tokens" | "cost";

interface MeasureFacts {
  /** For the drawing alone. */
  draw(sums: HistorySums, by: History["by"]): number;
  /** Exact. */
  text(sums: HistorySums, by: History["by"]): string;
}

export const MEASURES: Record<Measure, MeasureFacts> = {
  requests: { draw: requestsOf, text: (sums, by) => fullCount(requestsOf(sums, by)) },
  /** As limits count: unknown usage is charged what was reserved for it. */
  tokens: { draw: tokensOf, text: (sums) => fullCount(tokensOf(sums)) },
  cost: { draw: ({ cost_usd }) => drawnUsd(parseUsd(cost_usd)!), text: costText },
};

/** Attempts, because each of them counts toward the limits. By outcome, refused calls are a group of their own. */
export function requestsOf({ attempts, refused }: HistorySums, by: History["by"]): number {
  return by === "outcome" ? attempts + refused : attempts;
}

export function tokensOf({ total_tokens, charged_tokens }: HistorySums): number {
  return total_tokens + charged_tokens;
}

/** The cost, which is a minimum where calls have no price. */
export function costText({ cost_usd, unpriced_calls }: Pick<HistorySums, "cost_usd" | "unpriced_calls">): string {
  return unpriced_calls > 0 ? say("at least {amount}", { amount: usdText(cost_usd) }) : usdText(cost_usd);
}
