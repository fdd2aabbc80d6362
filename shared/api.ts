/** Bodies of the REST endpoints under `/api/quota` that are not the status body itself. */
import * as z from "zod/mini";
import { CauseCode, Fix, QuotaStatus } from "./quota.ts";
import { Count, Instant, TokenUsage, UsageSource, UsageTotals } from "./usage.ts";
import { WorkspaceId } from "./workspace_schema.ts";

/** `GET /api/quota/availability`: may a call be sent now, and if not, when. */
export const Availability = z.object({
  available: z.boolean(),
  status: QuotaStatus,
  retry_after_seconds: z.nullable(Count),
  reason: z.nullable(z.string()),
});
export type Availability = z.infer<typeof Availability>;

/** What a notice tells: it got tight, it is shut, it cannot be relied on, or it is well again. */
export const NoticeLevel = z.enum(["warning", "critical", "degraded", "recovered"]);
export type NoticeLevel = z.infer<typeof NoticeLevel>;

/** One change of level that a person may want to hear of, told once per level and window. */
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

/** `GET /api/quota/usage`: what today's calls consumed, in all and per model. */
export const UsageReport = z.object({
  workspace_id: WorkspaceId,
  totals: UsageTotals,
  by_model: z.array(z.object({ model: z.nullable(z.string()), ...UsageTotals.shape })),
});
export type UsageReport = z.infer<typeof UsageReport>;

/** What a reset clears: the rolling minute, the calendar day, a status latched from the provider, or all three. */
export const ResetScope = z.enum(["minute", "day", "status", "all"]);
export type ResetScope = z.infer<typeof ResetScope>;

/** `POST /api/quota/reset`, with header `X-Admin-Key`. The id is folded by the route. */
export const ResetRequest = z.strictObject({ workspace_id: z.string(), scope: ResetScope });
export type ResetRequest = z.infer<typeof ResetRequest>;

/** How an attempt ended. `aborted`: the caller left; `failed`: the upstream refused or the line died. */
export const AttemptOutcome = z.enum(["ok", "failed", "aborted", "unknown"]);
export type AttemptOutcome = z.infer<typeof AttemptOutcome>;

const Label = z.string().check(z.maxLength(200));

/** Printable ASCII: an id goes into stores, logs and paths as it is. */
const Id = z.string().check(z.regex(/^[\x21-\x7e]{8,64}$/));

/** One finished HTTP exchange: a row of the ledger, and what a client in another process reports. */
export const AttemptReport = z.strictObject({
  /** Unique for ever; a report that comes twice is stored once. */
  id: Id,
  /** Shared by an SDK call and its retries. */
  call_id: Id,
  /** 0 for the first attempt, 1 for the first retry. The ledger keeps 0 for the first that was sent. */
  retry: Count,
  workspace_id: WorkspaceId,
  endpoint: Label,
  model: z.nullable(Label),
  app: z.nullable(Label),
  stream: z.boolean(),
  started_at: Instant,
  latency_ms: Count,
  first_byte_ms: z.nullable(Count),
  outcome: AttemptOutcome,
  http_status: z.nullable(z.int()),
  error_code: z.nullable(Label),
  service_tier: z.nullable(Label),
  usage: TokenUsage,
  usage_source: UsageSource,
});
export type AttemptReport = z.infer<typeof AttemptReport>;

/** `POST /api/quota/reservations`: may this attempt be sent? */
export const ReservationRequest = z.strictObject({
  id: AttemptReport.shape.id,
  workspace_id: z.string(),
  tokens: Count,
  /** Those of them that are for the input; the rest is for an answer, and bounded by what answers took lately. */
  input_tokens: z.optional(Count),
  /** The most that its answers may take, where the request says so. */
  output_cap: z.optional(z.nullable(Count)),
  /** For limits of the model's own. */
  model: z.optional(z.nullable(Label)),
  /** `wait`: a full minute is waited for, instead of a refusal at once. */
  on_limit: z.optional(z.enum(["refuse", "wait"])),
  max_wait_ms: z.optional(Count),
});
export type ReservationRequest = z.infer<typeof ReservationRequest>;

/** The answer: held until `expires_at`, when an attempt that nobody reported is taken as sent, with unknown usage. */
export const ReservationGrant = z.object({ id: z.string(), expires_at: Instant });
export type ReservationGrant = z.infer<typeof ReservationGrant>;

/** The provider's `x-ratelimit-*` headers of one response, as sent. */
export const ReportedHeaders = z.record(z.string(), z.string());

/** `POST /api/quota/attempts`: finished attempts, durable once answered. */
export const AttemptBatch = z.strictObject({
  /** When this was sent, by the clock that also told each `started_at`: it may differ from the service's. */
  sent_at: z.optional(Instant),
  attempts: z.array(z.strictObject({ ...AttemptReport.shape, headers: z.optional(ReportedHeaders) }))
    .check(z.minLength(1), z.maxLength(500)),
});
export type AttemptBatch = z.infer<typeof AttemptBatch>;

/** The answer: how many were new. */
export const AttemptBatchResult = z.object({ stored: Count, duplicates: Count });
export type AttemptBatchResult = z.infer<typeof AttemptBatchResult>;

/** `GET /healthz`. */
export const Health = z.object({
  status: z.enum(["ok", "degraded"]),
  version: z.string(),
  uptime_seconds: Count,
  ledger: z.enum(["ok", "failing"]),
  /** `refused`: the limits file has faults since it was changed, so the limits before it hold. */
  limits: z.optional(z.enum(["ok", "refused"])),
  /** Attempts under way, and attempts that wait for a limit to open; of all workspaces. */
  in_flight: z.optional(Count),
  waiting: z.optional(Count),
});
export type Health = z.infer<typeof Health>;
