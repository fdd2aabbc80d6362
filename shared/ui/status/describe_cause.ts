/** Why the status is not normal, in one line. */
import type { Cause, CauseCode } from "../../quota.ts";
import { currentLocale, say } from "../../words/say.ts";
import type { Text } from "../../words/texts.ts";
import type { DecisiveLimit } from "../meters/decisive_limit.ts";
import { countedText } from "./describe_headline.ts";
import type { DisplayState } from "./tone.ts";

/** The causes that are about no single limit. */
const CAUSES = {
  provider_rate_limit: "OpenAI refuses calls for now: too many were sent.",
  insufficient_quota: "OpenAI says that the account has no quota left.",
  upstream_failing: "OpenAI answers late or with errors.",
  ledger_failing: "The service cannot write calls to its disk.",
} as const satisfies Partial<Record<CauseCode, Text>>;

/** The causes that stop the calls with some of the keys only. */
const PARTIAL_CAUSES = {
  provider_rate_limit: "OpenAI refuses calls for now with some of the keys: too many were sent.",
  insufficient_quota: "OpenAI says that some of the keys belong to an account without quota.",
} as const satisfies Partial<Record<CauseCode, Text>>;

/** The service's own sentence says most, but is English. A cause that is unknown here is told in it, too. */
export function causeText(status: DisplayState, { code, message }: Cause, limit: DecisiveLimit | null): string {
  if (currentLocale().language === "en") return message;
  if (status === "warning" && code in PARTIAL_CAUSES) return say(PARTIAL_CAUSES[code as keyof typeof PARTIAL_CAUSES]);
  if (code in CAUSES) return say(CAUSES[code as keyof typeof CAUSES]);
  return limit ? countedText(limit) : message;
}
