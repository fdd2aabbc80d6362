/** A preview of limits in words. */
import { fullCount, METER_LABELS } from "../../../../shared/format.ts";
import type { LimitsPreview, PreviewedRule } from "../../../../shared/budgets/limits_preview.ts";
import { say, sayCount } from "../../../../shared/words/say.ts";
import { usdText } from "../../charts/usd_text.ts";
import { localTimeText } from "../../data/local_time.ts";
import { exactUsd } from "../../parts/money_text.ts";
import type { Scope } from "../draft.ts";

const SOME_OF_WEEK =
  "With these limits {count} of {calls} calls of the last 7 days would have been refused; with the limits in force, {current}.";
const SOME_SINCE =
  "With these limits {count} of {calls} calls since {time} would have been refused; with the limits in force, {current}.";
const NONE_OF_WEEK =
  "None of the calls of the last 7 days ({calls}) would have been refused, with these limits or those in force.";
const NONE_SINCE =
  "None of the calls since {time} ({calls}) would have been refused, with these limits or those in force.";

/** `With these limits 128 of 40,112 calls of the last 7 days would have been refused; with the limits in force, 3.` */
export function previewSentence({ calls, current, proposed, is_complete, from }: LimitsPreview): string {
  const [before, after, time] = [current.refused_calls, proposed.refused_calls, localTimeText(from)];
  if (calls === 0) return say("No calls of the last 7 days are known, so there is nothing to compare.");
  if (before + after === 0) return is_complete ? say(NONE_OF_WEEK, { calls }) : say(NONE_SINCE, { calls, time });
  return is_complete
    ? sayCount(after, SOME_OF_WEEK, SOME_OF_WEEK, { calls, current: before })
    : sayCount(after, SOME_SINCE, SOME_SINCE, { calls, current: before, time });
}

const BUDGET_LABELS = {
  budget_day: "Budget a day",
  budget_week: "Budget a week",
  budget_month: "Budget a month",
} as const;

/** `Requests a minute`. */
export function ruleLabel(rule: PreviewedRule["rule"]): string {
  return say(
    rule in METER_LABELS
      ? METER_LABELS[rule as keyof typeof METER_LABELS].long
      : BUDGET_LABELS[rule as keyof typeof BUDGET_LABELS],
  );
}

/** The scope of a rule as the form has it. */
export function scopeOf({ scope, name = "" }: PreviewedRule): Scope {
  return scope === "workspace" ? { part: null } : { part: `${scope}s`, name };
}

/** A limit as it was set. */
export function limitText(limit: number | string): string {
  return typeof limit === "number" ? fullCount(limit) : exactUsd(limit);
}

/** A use, rounded up. */
export function useText(use: number | string): string {
  return typeof use === "number" ? fullCount(use) : usdText(use);
}

/** The calls without room in a rule, and what it does with them. */
export function refusedText({ mode, refused_calls }: PreviewedRule): string {
  if (mode === "hard") return sayCount(refused_calls, "{count} refused", "{count} refused");
  return mode === "soft"
    ? sayCount(refused_calls, "{count} past it, only warned", "{count} past it, only warned")
    : sayCount(refused_calls, "{count} past it, only counted", "{count} past it, only counted");
}
