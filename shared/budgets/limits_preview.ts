/** `POST /api/quota/limits/preview`: the effect that limits would have had on the calls of the last days. */
import * as z from "zod/mini";
import { BUDGET_CAUSES, BUDGET_SCOPES } from "./names.ts";
import { METER_NAMES } from "../meters.ts";
import { UsdText } from "../money/money_schema.ts";
import { Count, Instant } from "../usage.ts";
import { WorkspaceId } from "../workspace_schema.ts";

/** Requests or tokens; of a budget, dollars. */
const Amount = z.union([Count, UsdText]);

/** The effect of one rule. */
export const PreviewedRule = z.object({
  scope: z.enum(BUDGET_SCOPES),
  /** Of the model, app or run. `*` stands for each app, or each run, that is not named. */
  name: z.optional(z.string()),
  rule: z.enum([...METER_NAMES, ...BUDGET_CAUSES]),
  /** Only a `hard` rule refuses. */
  mode: z.enum(["hard", "soft", "shadow"]),
  limit: Amount,
  /** The calls without room in it. Those of a `soft` or `shadow` rule pass all the same. */
  refused_calls: Count,
  /** The largest use of one window by the calls as they were, without any rule. */
  highest: Amount,
  /** When it was reached; `null` without any use. */
  highest_at: z.nullable(Instant),
});
export type PreviewedRule = z.infer<typeof PreviewedRule>;

/** The effect of all rules together. */
export const PreviewedRules = z.object({
  /** The calls that at least one hard rule refuses. */
  refused_calls: Count,
  rules: z.array(PreviewedRule),
});
export type PreviewedRules = z.infer<typeof PreviewedRules>;

/** The effect of limits on the calls from `from` to `to`. */
export const LimitsPreview = z.object({
  workspace_id: WorkspaceId,
  from: Instant,
  to: Instant,
  /**
   * `false` where not all attempts are there, because they are too many or were deleted: `from` is then later, or budgets
   * of a week or month do not count all that was spent before `from`.
   */
  is_complete: z.boolean(),
  /** The calls that were replayed. Calls that were refused at the time are not among them. */
  calls: Count,
  /** With the limits in force, without temporary raises. */
  current: PreviewedRules,
  /** With the limits in question, without temporary raises. */
  proposed: PreviewedRules,
});
export type LimitsPreview = z.infer<typeof LimitsPreview>;
