/** Bodies of `/api/quota/history` and `/api/quota/attempts`: what happened, over time. */
import * as z from "zod/mini";
import { AttemptBody } from "../attempts.ts";
import { UsdText } from "../money/money_schema.ts";
import { Count, Instant, TokenUsage } from "../usage.ts";
import { FAILURE_CLASSES, type FailureClass, HISTORY_DIMENSIONS, HISTORY_STEPS } from "./history_names.ts";
import { WorkspaceId } from "../workspace_schema.ts";

/** An exact amount of US dollars, with nine decimals: `0.000583700`. */
const UsdAmount = z.string().check(z.regex(/^\d{1,12}\.\d{9}$/));

/** Percentiles in milliseconds, within 5 %. */
export const Percentiles = z.object({ p50: z.number(), p95: z.number(), p99: z.number() });
export type Percentiles = z.infer<typeof Percentiles>;

type FailureCounts = Record<FailureClass, typeof Count>;

/**
 * Sums over attempts. `cost_usd` is exact for the attempts that have a price; where `unpriced_calls` is not zero, the
 * real cost is at least that amount. Unknown usage adds nothing to the token counts; `charged_tokens` counts in its
 * place. `null` percentiles: no attempt was measured.
 */
export const HistorySums = z.object({
  calls: Count,
  attempts: Count,
  failed: Count,
  failures: z.object(Object.fromEntries(FAILURE_CLASSES.map((name) => [name, Count])) as FailureCounts),
  aborted: Count,
  /** Calls that the service refused because of a limit or a budget. They are in none of the other counts. */
  refused: Count,
  estimated_calls: Count,
  unknown_calls: Count,
  unpriced_calls: Count,
  ...TokenUsage.shape,
  charged_tokens: Count,
  cost_usd: UsdAmount,
  latency_ms: z.nullable(Percentiles),
  first_byte_ms: z.nullable(Percentiles),
});
export type HistorySums = z.infer<typeof HistorySums>;

/** One sum for each step; `null` where nothing happened. */
const Points = z.array(z.nullable(HistorySums));

/**
 * One group. `group` is the value of the dimension, or `null` for attempts without one: no model, no app. The group
 * with `other: true` has the sum of all groups that are not among the `top` ones; its `group` is `null`.
 */
export const HistoryGroup = z.object({
  group: z.nullable(z.string()),
  other: z.boolean(),
  totals: HistorySums,
  points: Points,
});
export type HistoryGroup = z.infer<typeof HistoryGroup>;

/** `GET /api/quota/history`: sums per step in [from, to), largest group first. */
export const History = z.object({
  /** `null`: all workspaces that the caller may read. */
  workspace_id: z.nullable(WorkspaceId),
  /** The start of the first step. */
  from: Instant,
  /** The end of the last step. */
  to: Instant,
  step: z.enum(HISTORY_STEPS),
  /** The IANA zone of the steps. */
  zone: z.string(),
  by: z.nullable(z.enum(HISTORY_DIMENSIONS)),
  /** The start of each step. */
  steps: z.array(Instant),
  /** Empty without `by`. */
  groups: z.array(HistoryGroup),
  totals: HistorySums,
  points: Points,
  /** How many of the ledger's attempts the sums do not contain yet: after an update of a large ledger, for a while. */
  pending_attempts: Count,
});
export type History = z.infer<typeof History>;

/** `GET /api/quota/calls/{call_id}`: the attempts of a call that have ended, and what they took together. */
export const CallBody = z.object({
  call_id: z.string(),
  workspace_id: WorkspaceId,
  /** The first one first. */
  attempts: z.array(AttemptBody).check(z.minLength(1)),
  /** Of the attempts whose price is known: the call cost at least that much. `null` where none is known. */
  cost_usd: z.nullable(UsdText),
  unpriced_attempts: Count,
  usage: TokenUsage,
});
export type CallBody = z.infer<typeof CallBody>;

/** `GET /api/quota/attempts`: a page of attempts, the last started first. */
export const AttemptPage = z.object({ data: z.array(AttemptBody), next_cursor: z.nullable(z.string()) });
export type AttemptPage = z.infer<typeof AttemptPage>;
