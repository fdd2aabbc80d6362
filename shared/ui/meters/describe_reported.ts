/** The provider's count in words. */
import { ago, percentText, usedPercent } from "../../format.ts";
import { say } from "../../words/say.ts";
import { waitUntil } from "../time/time_text.ts";
import { lineCount } from "./count_text.ts";
import type { Reported } from "./reported.ts";

/** `98 % used at OpenAI`, or `98 % used at OpenAI by gpt-5.4` where the text above it does not name the pool. */
export function reportedText(report: Reported, is_pool_known: boolean): string {
  const percent = percentText(wholeShare(report));
  if (is_pool_known) return say("{percent} used at OpenAI", { percent });
  return say("{percent} used at OpenAI by {pool}", { percent, pool: report.pool });
}

/** `used elsewhere: 120`. Empty while that is unknown, and where it is nothing. */
export function elsewhereText({ elsewhere }: Reported): string {
  return elsewhere ? say("used elsewhere: {count}", { count: lineCount(elsewhere) }) : "";
}

/** `gpt-5.4, reported 7 s ago`. */
export function reportedTitle({ pool, observed_at }: Reported, offset_ms: number, now: number): string {
  return say("{pool}, reported {age}", { pool, age: ago(-waitUntil(observed_at, offset_ms, now)) });
}

/** In whole percent, rounded as our own. */
export function wholeShare({ limit: { limit, remaining } }: Reported): number {
  return usedPercent(Math.max(0, limit - remaining), limit);
}
