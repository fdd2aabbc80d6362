/** The names in history, without the schemas: the ledger's worker loads this. */

/** The length of a step. Hours and days are those of the zone, so a day may have 23 or 25 hours. */
export const HISTORY_STEPS = ["minute", "hour", "day"] as const;
export type HistoryStep = (typeof HISTORY_STEPS)[number];

/** The dimensions by which history is grouped. All but `workspace` are also filters. */
export const HISTORY_DIMENSIONS = ["workspace", "model", "app", "key", "endpoint", "tier", "outcome"] as const;
export type HistoryDimension = (typeof HISTORY_DIMENSIONS)[number];

/** Why attempts failed. `quota`: no credit is left at the provider; `network`: no answer came. */
export const FAILURE_CLASSES = ["rate_limited", "quota", "server", "client", "network", "other"] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];
