/** The names of a history's groups. */
import type { HistoryGroup } from "../../../shared/history/history.ts";
import type { HistoryDimension } from "../../../shared/history/history_names.ts";
import { say } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import { OUTCOME_NAMES } from "../attempts/outcomes.ts";

/** For attempts that have no value of a dimension. */
const WITHOUT = {
  workspace: "No workspace",
  model: "No model",
  app: "No app named",
  key: "No key",
  endpoint: "No endpoint",
  tier: "No tier named",
  outcome: "Unknown|outcome",
} as const satisfies Record<HistoryDimension, Text>;

/** The outcome of a call that was not sent, because a limit or a budget refused it. */
export const REFUSED = "refused";

/** The outcomes of attempts, and that of calls which were never sent. */
export const OUTCOMES = { ...OUTCOME_NAMES, [REFUSED]: "Refused by a limit" } as const satisfies Record<string, Text>;

/** The name of a group; names that callers chose as they are, and those of a newer service too. */
export function groupText(by: HistoryDimension, { group, other }: Pick<HistoryGroup, "group" | "other">): string {
  if (other) return say("Others");
  if (group === null) return say(WITHOUT[by]);
  return by === "outcome" && Object.hasOwn(OUTCOMES, group) ? say(OUTCOMES[group as keyof typeof OUTCOMES]) : group;
}
