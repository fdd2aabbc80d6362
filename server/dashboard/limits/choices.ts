/** The choices of a rule in words, by where the rule stands. */
import { fullCount } from "../../../shared/format.ts";
import { say } from "../../../shared/words/say.ts";
import { exactUsd } from "../parts/money_text.ts";

/** `enforced` rules refuse calls, `observed` ones only count them, and a `raise` is a higher limit for a while. */
export type RuleKind = "enforced" | "observed" | "raise";

/** The words for a rule that is left out, for one that is none, and for one with a value. */
export interface Choices {
  unset: string;
  none: string;
  own: string;
}

/** @param inherited the limit in force where none is set; `undefined` where that is not known. */
export function limitChoices(kind: RuleKind, inherited?: number | null): Choices {
  if (kind === "observed") return { ...observed(), own: say("Observed limit") };
  if (kind === "raise") return { ...raised(), none: say("No limit|choice") };
  const unset = inherited === null
    ? say("Inherited: no limit")
    : inheritedText(inherited === undefined ? undefined : fullCount(inherited));
  return { unset, none: say("No limit|choice"), own: say("Own limit") };
}

/** @param inherited the amount in force where none is set; `undefined` where there is none, or it is not known. */
export function budgetChoices(kind: RuleKind, inherited?: string): Choices {
  if (kind === "observed") return { ...observed(), own: say("Observed budget") };
  if (kind === "raise") return { ...raised(), none: say("No budget|choice") };
  const unset = inheritedText(inherited === undefined ? undefined : exactUsd(inherited));
  return { unset, none: say("No budget|choice"), own: say("Own budget") };
}

function inheritedText(limit: string | undefined): string {
  return limit === undefined ? say("Inherited") : say("Inherited: {limit}", { limit });
}

function observed() {
  return { unset: say("Inherited rule, if any"), none: say("Not observed") };
}

function raised() {
  return { unset: say("Not raised"), own: say("Raised to") };
}
