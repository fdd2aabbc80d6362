/** The messages of a client in another process: reservations before its attempts, reports after them. */
import * as z from "zod/mini";
import {
  ATTEMPT_FIELDS,
  ATTEMPT_ID_PATTERN,
  ATTEMPT_OUTCOMES,
  type AttemptField,
  FIELD_ENTRIES,
  type FieldName,
  type FieldValues,
  RUN_PATTERN,
} from "./attempt_fields.ts";
import { UsdText } from "./money/money_schema.ts";
import { USAGE_PARTS } from "./tokens.ts";
import { Count, Instant, TokenUsage, UsageSource } from "./usage.ts";
import { WorkspaceId } from "./workspace_schema.ts";

const Label = z.string().check(z.maxLength(200));

type PartCounts = Record<(typeof USAGE_PARTS)[number], z.ZodMiniOptional<typeof Count>>;

/** Further parts of a usage that have prices of their own. */
const UsagePartCounts = z.strictObject({
  ...Object.fromEntries(USAGE_PARTS.map((name) => [name, z.optional(Count)])) as PartCounts,
  /** Seconds are the one part that may have a fraction. */
  audio_seconds: z.optional(z.number().check(z.nonnegative(), z.maximum(Number.MAX_SAFE_INTEGER))),
});

/** The wire schema of each type. */
const SCHEMAS = {
  id: z.string().check(z.regex(ATTEMPT_ID_PATTERN)),
  workspace: WorkspaceId,
  label: Label,
  count: Count,
  integer: z.int(),
  flag: z.boolean(),
  instant: Instant,
  outcome: z.enum(ATTEMPT_OUTCOMES),
  tokens: z.strictObject(TokenUsage.shape),
  usage_source: UsageSource,
  run: z.string().check(z.regex(RUN_PATTERN)),
  parts: UsagePartCounts,
  money: UsdText,
} satisfies Record<keyof FieldValues, z.ZodMiniType>;

type Fields = typeof ATTEMPT_FIELDS;
type Nullable<Field extends AttemptField> = Field extends { nullable: true }
  ? z.ZodMiniNullable<(typeof SCHEMAS)[Field["type"]]>
  : (typeof SCHEMAS)[Field["type"]];
type SchemaOf<Field extends AttemptField> = Field extends { since: number } ? z.ZodMiniOptional<Nullable<Field>>
  : Nullable<Field>;
type WireName<Name extends FieldName> = Fields[Name] extends { wire: infer Wire extends string } ? Wire : Name;
type ReportShape = {
  [Name in FieldName as Fields[Name] extends { reported: false } ? never : WireName<Name>]: SchemaOf<Fields[Name]>;
};
type BodyShape = { [Name in FieldName as WireName<Name>]: Nullable<Fields[Name]> };

function nullable({ type, nullable }: AttemptField): z.ZodMiniType {
  return nullable ? z.nullable(SCHEMAS[type]) : SCHEMAS[type];
}

function schemaOf(field: AttemptField): z.ZodMiniType {
  return field.since === undefined ? nullable(field) : z.optional(nullable(field));
}

const REPORTED = FIELD_ENTRIES.filter(([_, { reported }]) => reported !== false);

/** One finished attempt, as a client in another process reports it. */
export const AttemptReport = z.strictObject(
  Object.fromEntries(REPORTED.map(([name, field]) => [field.wire ?? name, schemaOf(field)])) as ReportShape,
);
export type AttemptReport = z.infer<typeof AttemptReport>;

function shown(field: AttemptField): z.ZodMiniType {
  // Ids of older attempts may be ones that are not taken any more.
  return field.type === "id" ? z.string() : nullable(field);
}

/** One finished attempt, as the service shows it: all of its fields. */
export const AttemptBody = z.object(
  Object.fromEntries(FIELD_ENTRIES.map(([name, field]) => [field.wire ?? name, shown(field)])) as BodyShape,
);
export type AttemptBody = z.infer<typeof AttemptBody>;

/** The hash of the credential that an attempt is sent with, never the key itself. Left out where it is not known. */
const Credential = z.optional(z.nullable(z.string().check(z.regex(/^[0-9a-f]{32}$/))));

/** `POST /api/quota/reservations`: may this attempt be sent? */
export const ReservationRequest = z.strictObject({
  id: SCHEMAS.id,
  workspace_id: z.string(),
  tokens: Count,
  /** The part of `tokens` for the input. The rest is for the answer; the service may lower it to recent answers' size. */
  input_tokens: z.optional(Count),
  /** The request's maximum of output tokens, if it has one. */
  output_cap: z.optional(z.nullable(Count)),
  /** For the model's own limits. */
  model: z.optional(z.nullable(Label)),
  credential: Credential,
  /** For budgets and prices: of the app, and of the endpoint and the service tier that the request names. */
  app: z.optional(z.nullable(Label)),
  endpoint: z.optional(Label),
  service_tier: z.optional(z.nullable(Label)),
  /** For the run's own budgets. */
  run: schemaOf(ATTEMPT_FIELDS.run) as SchemaOf<Fields["run"]>,
  /** `wait`: wait for a full minute to clear, instead of an immediate refusal. */
  on_limit: z.optional(z.enum(["refuse", "wait"])),
  max_wait_ms: z.optional(Count),
});
export type ReservationRequest = z.infer<typeof ReservationRequest>;

/** The answer. An attempt that is not reported by `expires_at` is counted as sent, with unknown usage. */
export const ReservationGrant = z.object({ id: z.string(), expires_at: Instant });
export type ReservationGrant = z.infer<typeof ReservationGrant>;

/** The provider's `x-ratelimit-*` headers of one response, as sent. */
const ReportedHeaders = z.record(z.string(), z.string());

/** `POST /api/quota/attempts`: finished attempts, durable once answered. */
export const AttemptBatch = z.strictObject({
  /** When the batch was sent, by the clock that also set each `started_at`. That clock may differ from the service's. */
  sent_at: z.optional(Instant),
  attempts: z.array(
    z.strictObject({ ...AttemptReport.shape, headers: z.optional(ReportedHeaders), credential: Credential }),
  )
    .check(z.minLength(1), z.maxLength(500)),
});
export type AttemptBatch = z.infer<typeof AttemptBatch>;

/** The answer: how many attempts were new. */
export const AttemptBatchResult = z.object({ stored: Count, duplicates: Count });
export type AttemptBatchResult = z.infer<typeof AttemptBatchResult>;
