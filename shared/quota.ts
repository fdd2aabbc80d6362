/** A workspace's limits, meters and status, as every client reads them. */
import * as z from "zod/mini";
import { BUDGET_CAUSES } from "./budgets/names.ts";
import { Budget, BudgetScope, type ShadowRule, type Spend } from "./budgets/schema.ts";
import { CONTRACT, FIRST_CONTRACT } from "./contract.ts";
import { METER_NAMES } from "./meters.ts";
import { Count, Instant, UsageTotals } from "./usage.ts";
import { WorkspaceId } from "./workspace_schema.ts";

/** The contract of a message or body. A newer one than ours is invalid: its numbers may mean something else. */
export const Contract = z.int().check(z.gte(FIRST_CONTRACT), z.lte(CONTRACT));

/** `degraded`: the numbers or the upstream are unreliable. */
export const QuotaStatus = z.enum(["normal", "warning", "rate_limited", "quota_exceeded", "degraded"]);
export type QuotaStatus = z.infer<typeof QuotaStatus>;

/** The minute rolls over the last 60 s; the day is a calendar day in the service's zone. */
export const WindowKind = z.enum(["rolling_60s", "calendar_day"]);
export type WindowKind = z.infer<typeof WindowKind>;

/**
 * One limit and what is used of it. `percentage` counts used plus reserved, to one decimal. `resets_at` is when the
 * window is clear if nothing more is sent; `available_at` when a full limit opens again, else null.
 */
export const Meter = z.object({
  current: Count,
  reserved: Count,
  limit: Count,
  remaining: Count,
  percentage: z.number().check(z.nonnegative()),
  window: WindowKind,
  resets_at: Instant,
  available_at: z.nullable(Instant),
});
export type Meter = z.infer<typeof Meter>;

/** All meters; null where the workspace has no such limit. */
export const Stats = z.object({
  requests_per_minute: z.nullable(Meter),
  requests_per_day: z.nullable(Meter),
  tokens_per_minute: z.nullable(Meter),
  tokens_per_day: z.nullable(Meter),
});
export type Stats = z.infer<typeof Stats>;

/** The cause of a status: the name of a meter, a budget, or a state of the provider or the service. */
export const CauseCode = z.enum([
  ...METER_NAMES,
  ...BUDGET_CAUSES,
  "provider_requests",
  "provider_tokens",
  "provider_rate_limit",
  "insufficient_quota",
  "upstream_failing",
  "ledger_failing",
]);
export type CauseCode = z.infer<typeof CauseCode>;

/** The remedy for a cause: time, a higher limit or budget, payment to the provider, the provider, or the service's operator. */
export const Fix = z.enum(["wait", "raise_limit", "raise_budget", "billing", "upstream", "service"]);
export type Fix = z.infer<typeof Fix>;

/** Why the status is not normal: a message, the time span, and the fix. `until` is null where the end is unknown. */
export const Cause = z.object({
  code: CauseCode,
  /** The model whose limit it is; left out for the workspace's limits. Other models' calls are not affected. */
  model: z.optional(z.string()),
  /** The provider's pool that it is about: a model or a family of models. Left out where all are concerned. */
  pool: z.optional(z.string()),
  /** Whose budget it is, for the causes `budget_*`. */
  budget: z.optional(BudgetScope),
  message: z.string(),
  source: z.enum(["counted", "reported", "service"]),
  since: Instant,
  until: z.nullable(Instant),
  fix: Fix,
});
export type Cause = z.infer<typeof Cause>;

/** One `x-ratelimit-*` family as the provider last reported it. */
export const ProviderLimit = z.object({ limit: Count, remaining: Count, resets_at: z.nullable(Instant) });
export type ProviderLimit = z.infer<typeof ProviderLimit>;

/**
 * The provider's report for one pool (a model or a family of models). `used_elsewhere` is the use beyond all that this
 * service sent, in every workspace, with the same credentials; null while unknown.
 */
export const ProviderPool = z.object({
  pool: z.string(),
  requests: z.nullable(ProviderLimit),
  tokens: z.nullable(ProviderLimit),
  observed_at: Instant,
  used_elsewhere: z.nullable(z.object({ requests: Count, tokens: Count })),
  /** For admins only: what each workspace sent with these credentials, as far as the provider has not refilled it. */
  by_workspace: z.optional(z.array(z.object({ workspace_id: WorkspaceId, requests: Count, tokens: Count }))),
});
export type ProviderPool = z.infer<typeof ProviderPool>;

/** The status body of REST and WebSocket. */
export const StatusBody = z.object({
  contract: z._default(Contract, FIRST_CONTRACT),
  workspace_id: WorkspaceId,
  status: QuotaStatus,
  seq: Count,
  server_time: Instant,
  cause: z.nullable(Cause),
  /** Used share of a limit from which it warns: `QUOTA_WARNING_RATIO`. */
  warning_ratio: z.number().check(z.gt(0), z.lte(1)),
  stats: Stats,
  /** The models that have limits of their own in this workspace; left out where there are none. */
  models: z.optional(z.array(z.object({ model: z.string(), stats: Stats }))),
  /** The budgets in force, the workspace's first; left out where there are none. Older services know no budgets. */
  budgets: z.optional(z.array(Budget)),
  provider: z.array(ProviderPool),
  usage: UsageTotals,
});
/** With the spend and the rules that are observed only: the extension does not read them. */
export type StatusBody = z.infer<typeof StatusBody> & {
  budgets?: { overshoot_usd?: string }[];
  spend?: z.infer<typeof Spend>;
  shadow?: z.infer<typeof ShadowRule>[];
};
