/** Limits by workspace and by model: the limits file, and the admin routes that read and change it. */
import * as z from "zod/mini";
import { BUDGETED, BudgetInForce, OwnBudgets, PERIODS } from "./budgets/schema.ts";
import { TeamPrices } from "./money/prices_schema.ts";
import { Instant } from "./usage.ts";
import { WORKSPACE_ID_PATTERN } from "./workspace.ts";
import { WorkspaceId } from "./workspace_schema.ts";

/** A limit: a whole number from 1, as in the environment, or `null` for no limit. */
const Limit = z.optional(z.nullable(z.int().check(z.positive(), z.lte(999_999_999_999))));

const FOUR = {
  requests_per_minute: Limit,
  requests_per_day: Limit,
  tokens_per_minute: Limit,
  tokens_per_day: Limit,
};

/**
 * A model's name, as calls send it. A limit for `gpt-5.4` is also one for its dated snapshots, `gpt-5.4-2026-03-05`. Where
 * answers name another model than was asked for, as with a deployment, set it for the answers' name: the ledger keeps that.
 */
const ModelName = z.string().check(z.minLength(1), z.maxLength(200));

/** The name of an app or of a run. `*` stands for each one that is not named. */
const PartName = z.string().check(z.minLength(1), z.maxLength(200));

const BY_NAME = {
  /** Limits and budgets by model. They apply to that model's calls, in addition to the workspace's. */
  models: z.optional(z.record(ModelName, z.strictObject({ ...FOUR, ...BUDGETED }))),
  /** Budgets by app, and by run: the calls with the same `X-Quota-Run`. `*` is a budget for each of the others. */
  apps: z.optional(z.record(PartName, OwnBudgets)),
  runs: z.optional(z.record(PartName, OwnBudgets)),
};

/** Higher limits and budgets of the workspace until an instant. One that is not higher changes nothing; `null` is no limit. */
const Raise = z.strictObject({ until: Instant, ...FOUR, ...PERIODS });

/** The limits and budgets set for a workspace. A field that is left out is inherited; `null` is no limit. */
export const OwnLimits = z.strictObject({
  ...FOUR,
  ...BUDGETED,
  ...BY_NAME,
  raises: z.optional(z.array(Raise).check(z.maxLength(100))),
  /** Rules that are observed and refuse nothing: the status counts the calls that they would have refused. */
  shadow: z.optional(z.strictObject({ ...FOUR, budgets: BUDGETED.budgets, ...BY_NAME })),
});
export type OwnLimits = z.infer<typeof OwnLimits>;

/** Everything that is set for one workspace: its limits, and prices of its own. */
export const WorkspaceSettings = z.strictObject({
  ...OwnLimits.shape,
  /** They come before the prices of all workspaces. */
  prices: z.optional(TeamPrices),
});
export type WorkspaceSettings = z.infer<typeof WorkspaceSettings>;

/** The limits file. A workspace inherits from `default`, which inherits from the environment. */
export const LimitsFile = z.strictObject({
  default: z.optional(OwnLimits),
  workspaces: z.optional(z.record(z.string().check(z.regex(WORKSPACE_ID_PATTERN)), WorkspaceSettings)),
  /** The team's own prices, for all workspaces. */
  prices: z.optional(TeamPrices),
});
export type LimitsFile = z.infer<typeof LimitsFile>;

const FourInForce = z.object({
  requests_per_minute: z.nullable(z.int()),
  requests_per_day: z.nullable(z.int()),
  tokens_per_minute: z.nullable(z.int()),
  tokens_per_day: z.nullable(z.int()),
});

/** `GET` and `PUT /api/quota/limits`: the limits and budgets set for a workspace, and the limits in force for it. */
export const LimitsReport = z.object({
  workspace_id: WorkspaceId,
  own: WorkspaceSettings,
  limits: FourInForce,
  models: z.array(z.object({ model: z.string(), limits: FourInForce })),
  /** The budgets in force, raises included. Absent in the answers of older services. */
  budgets: z.optional(z.array(BudgetInForce)),
});
export type LimitsReport = z.infer<typeof LimitsReport>;
