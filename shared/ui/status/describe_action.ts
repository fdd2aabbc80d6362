/** The user's remedy for a status: one sentence, in some cases with a setting or a link. */
import type { Cause, CauseCode } from "../../quota.ts";
import { say } from "../../words/say.ts";

/** Where OpenAI shows usage and sells credit. */
export const USAGE_PAGE = "https://platform.openai.com/usage";

/** Where OpenAI shows an organization's limits. */
export const LIMITS_PAGE = "https://platform.openai.com/settings/organization/limits";

export interface Action {
  text: string;
  /** A command or a setting, shown after the text. */
  code: string | null;
  link: { href: string; label: string } | null;
}

/** The environment variable of each limit. */
const VARIABLES: Partial<Record<CauseCode, string>> = {
  requests_per_minute: "OPENAI_RATE_LIMIT_PER_MINUTE",
  requests_per_day: "OPENAI_RATE_LIMIT_PER_DAY",
  tokens_per_minute: "OPENAI_TOKEN_LIMIT_PER_MINUTE",
  tokens_per_day: "OPENAI_TOKEN_LIMIT_PER_DAY",
};

/**
 * The suggested action for a cause, by who can fix it.
 *
 * @param blocked whether calls are refused now.
 */
export function describeAction(cause: Cause, blocked: boolean): Action | null {
  if (cause.model && blocked) {
    return plain(say(cause.fix === "wait" ? "Use another model, or wait." : "Use another model, or raise this limit."));
  }
  switch (cause.fix) {
    case "wait":
      return plain(say(blocked ? "Hold calls until it opens." : "Space calls out; it frees up by itself."));
    case "raise_limit":
      return raise(cause.code);
    case "raise_budget":
      return { ...plain(say("Wait, or raise it in the limits file, under")), code: "budgets" };
    case "billing":
      return {
        ...plain(say("Add credit or raise the spend limit:")),
        link: { href: USAGE_PAGE, label: say("OpenAI usage page") },
      };
    case "upstream":
      return plain(say("Nothing to fix here: retry later. The service keeps checking."));
    case "service":
      return plain(say("Ask the service's operator to look at its log."));
    default:
      return null; // A remedy of a newer service.
  }
}

function raise(cause: CauseCode): Action {
  const code = VARIABLES[cause];
  return code
    ? { ...plain(say("Wait, or raise the service's")), code }
    : plain(say("Wait, or ask OpenAI for a higher limit."));
}

function plain(text: string): Action {
  return { text, code: null, link: null };
}
