/** The limits of a workspace, and what happens at them. */
import { COUNT, count, oneOf, zone } from "../readers.ts";
import type { Variable } from "../variable.ts";

export const LIMITS = {
  OPENAI_RATE_LIMIT_PER_MINUTE: {
    meaning: "requests of a workspace in 60 seconds",
    default: "500",
    accepts: COUNT,
    read: count,
  },
  OPENAI_RATE_LIMIT_PER_DAY: {
    meaning: "requests of a workspace in a day",
    default: "10000",
    accepts: COUNT,
    read: count,
  },
  OPENAI_TOKEN_LIMIT_PER_MINUTE: {
    meaning: "tokens of a workspace in 60 seconds",
    default: "150000",
    accepts: COUNT,
    read: count,
  },
  OPENAI_TOKEN_LIMIT_PER_DAY: {
    meaning: "tokens of a workspace in a day",
    default: null,
    accepts: COUNT,
    read: count,
  },
  QUOTA_WARNING_RATIO: {
    meaning: "the used share of a limit from which the status is `warning`",
    default: "0.9",
    accepts: "a number above 0, at most 1",
    read: (text) => /^[\d.]+$/.test(text) && Number(text) > 0 && Number(text) <= 1 ? Number(text) : undefined,
  },
  QUOTA_MODE: {
    meaning: "whether calls over a limit are refused (`enforce`) or only counted (`observe`)",
    default: "enforce",
    accepts: "enforce or observe",
    read: oneOf("enforce", "observe"),
  },
  QUOTA_LIMITS_FILE: {
    meaning: "the file with limits per workspace and model; it may be missing",
    default: "data/limits.json",
    accepts: "a path that ends in .json",
    read: (text) => /[^/\\]\.json$/.test(text) ? text : undefined,
  },
  QUOTA_TIMEZONE: {
    meaning: "the IANA zone in which a day begins",
    default: "UTC",
    accepts: "an IANA zone such as Europe/Berlin",
    read: zone,
  },
} satisfies Record<string, Variable>;
