/** What an attempt counts as, in SQL: of a row `a` of the table of attempts. */

/** As `requestedModel` in `rollup.ts`. */
export const REQUESTED = "coalesce(a.requested_model, a.model)";

/** As `limitTokens` in `rollup.ts`. */
export const TOKENS =
  "CASE WHEN a.usage_source IN ('counted', 'estimated') THEN a.total_tokens ELSE coalesce(a.charged_tokens, 0) END";

/** As `takesRequest` in `rollup.ts`. */
export const TAKES_REQUEST = "(a.takes_request IS NOT 0)";

/** Its cost, or what is charged in place of an unknown one. */
export const MONEY = "coalesce(a.cost_usd_nanos, a.charged_usd_nanos, 0)";
