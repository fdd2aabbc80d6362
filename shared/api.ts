/** Bodies of the REST endpoints under `/api/quota` that are not the status body itself. */
import * as z from "zod/mini";
import { Budget, Spend } from "./budgets/schema.ts";
import { FIRST_CONTRACT } from "./contract.ts";
import { METER_NAMES } from "./meters.ts";
import { Cause, CauseCode, Contract, Fix, Meter, QuotaStatus, Stats } from "./quota.ts";
import { Count, Instant, UsageTotals } from "./usage.ts";
import { WorkspaceId } from "./workspace_schema.ts";

/** `GET /api/quota/availability`: may a call be sent now, and if not, when. */
export const Availability = z.object({
  available: z.boolean(),
  status: QuotaStatus,
  retry_after_seconds: z.nullable(Count),
  reason: z.nullable(z.string()),
});
export type Availability = z.infer<typeof Availability>;

/** `GET /api/quota/headroom`: what is left for the calls of a program, and whether one may be sent now. */
export const Headroom = z.object({
  contract: Contract,
  workspace_id: WorkspaceId,
  server_time: Instant,
  ...Availability.shape,
  cause: z.nullable(Cause),
  stats: Stats,
  /** The models that have limits of their own in this workspace; left out where there are none. */
  models: z.optional(z.array(z.object({ model: z.string(), stats: Stats }))),
});
export type Headroom = z.infer<typeof Headroom>;

/** A limit is close, calls are refused, numbers or the upstream are unreliable, or the status is normal again. */
export const NoticeLevel = z.enum(["warning", "critical", "degraded", "recovered"]);
export type NoticeLevel = z.infer<typeof NoticeLevel>;

/** A change of level, reported once per level and window. */
export const Notice = z.object({
  id: z.string(),
  workspace_id: WorkspaceId,
  level: NoticeLevel,
  status: QuotaStatus,
  code: z.nullable(CauseCode),
  title: z.string(),
  message: z.string(),
  suggested_action: z.nullable(z.string()),
  fix: z.nullable(Fix),
  at: Instant,
});
export type Notice = z.infer<typeof Notice>;

/** `GET /api/quota/notifications`: newest first. */
export const Notifications = z.object({ workspace_id: WorkspaceId, notifications: z.array(Notice) });
export type Notifications = z.infer<typeof Notifications>;

/** `GET /api/quota/usage`: what today's calls consumed, in total and per model. */
export const UsageReport = z.object({
  workspace_id: WorkspaceId,
  totals: UsageTotals,
  by_model: z.array(z.object({ model: z.nullable(z.string()), ...UsageTotals.shape })),
});
export type UsageReport = z.infer<typeof UsageReport>;

/** The scope of a reset: the rolling minute, the calendar day, a status latched from the provider, or all three. */
export const ResetScope = z.enum(["minute", "day", "status", "all"]);
export type ResetScope = z.infer<typeof ResetScope>;

/** `POST /api/quota/reset`, with header `X-Admin-Key`. The route normalizes the id. */
export const ResetRequest = z.strictObject({ workspace_id: z.string(), scope: ResetScope });
export type ResetRequest = z.infer<typeof ResetRequest>;

/**
 * `GET /api/quota/workspaces`: the workspaces that the caller may read, by name. `percentage` is the used share of the
 * tightest limit, or null where no limit is known.
 */
export const WorkspaceList = z.object({
  data: z.array(z.object({
    workspace_id: WorkspaceId,
    status: QuotaStatus,
    percentage: z.nullable(z.number()),
    /** Why the status is not normal. */
    cause: z.optional(z.nullable(Cause)),
    /** The tightest of the workspace's limits: its meter and, if it is a model's, the model. */
    tightest: z.optional(z.nullable(z.object({
      name: z.enum(METER_NAMES),
      model: z.nullable(z.string()),
      ...Meter.shape,
    }))),
    /** The budget that `percentage` is about; left out where it is about another limit. */
    budget: z.optional(Budget),
    /** Calls of the day. */
    calls: z.optional(Count),
    /** What they cost, as in the status body. */
    spend: z.optional(Spend),
  })),
  next_cursor: z.nullable(z.string()),
});
export type WorkspaceList = z.infer<typeof WorkspaceList>;

/** `GET /healthz`. */
export const Health = z.object({
  contract: z._default(Contract, FIRST_CONTRACT),
  status: z.enum(["ok", "degraded"]),
  version: z.string(),
  /** The following fields are only for callers that have a key, or need none. */
  uptime_seconds: z.optional(Count),
  /** `failing`: it accepts no entries; `degraded`: it accepts them, and has a problem. */
  ledger: z.optional(z.enum(["ok", "degraded", "failing"])),
  /** `refused`: the limits file has faults since it was changed, so the limits before it hold. */
  limits: z.optional(z.enum(["ok", "refused"])),
  /** `failing`: a changed certificate cannot be used, so the one before stays in force; or it has expired. HTTPS only. */
  certificate: z.optional(z.enum(["ok", "failing"])),
  /** `failing`: the keys read before stay valid; changes of the command line are not seen, or uses not noted. */
  keys: z.optional(z.enum(["ok", "failing"])),
  /** The data that prices are taken from, and its age in days. Omitted while they load. */
  prices: z.optional(z.object({ library: z.string(), overlay_date: z.string(), age_days: Count })),
  /** A sentence for each problem that a person should solve; empty when all is well. */
  problems: z.optional(z.array(z.string())),
  /** Attempts in flight, and attempts that wait for a limit to open; of all workspaces. */
  in_flight: z.optional(Count),
  waiting: z.optional(Count),
});
export type Health = z.infer<typeof Health>;
