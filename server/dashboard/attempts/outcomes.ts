/** The ends of attempts in words. */
import type { AttemptBody } from "../../../shared/attempts.ts";
import type { Text } from "../../../shared/words/texts.ts";

export const OUTCOME_NAMES = {
  ok: "Succeeded",
  failed: "Failed|outcome",
  aborted: "Aborted",
  unknown: "Unknown|outcome",
} as const satisfies Record<AttemptBody["outcome"], Text>;
