/** Limits by workspace and by model: the limits file, and the admin routes that read and change it. */
import * as z from "zod/mini";
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

/** The limits set for a workspace. A field that is left out is inherited; `null` is no limit. */
export const OwnLimits = z.strictObject({
  ...FOUR,
  /** The same four by model. They apply to that model's calls, in addition to the workspace's limits. */
  models: z.optional(z.record(ModelName, z.strictObject(FOUR))),
});
export type OwnLimits = z.infer<typeof OwnLimits>;

/** The limits file. A workspace inherits from `default`, which inherits from the environment. */
export const LimitsFile = z.strictObject({
  default: z.optional(OwnLimits),
  workspaces: z.optional(z.record(z.string().check(z.regex(WORKSPACE_ID_PATTERN)), OwnLimits)),
});
export type LimitsFile = z.infer<typeof LimitsFile>;

const FourInForce = z.object({
  requests_per_minute: z.nullable(z.int()),
  requests_per_day: z.nullable(z.int()),
  tokens_per_minute: z.nullable(z.int()),
  tokens_per_day: z.nullable(z.int()),
});

/** `GET` and `PUT /api/quota/limits`: the limits set for a workspace, and the limits in force for it. */
export const LimitsReport = z.object({
  workspace_id: WorkspaceId,
  own: OwnLimits,
  limits: FourInForce,
  models: z.array(z.object({ model: z.string(), limits: FourInForce })),
});
export type LimitsReport = z.infer<typeof LimitsReport>;
