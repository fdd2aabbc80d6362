/**
 * The fields of an attempt, each written once. The plan, the result, the wire schema, the ledger's row, its SQLite
 * columns and the message to its worker follow from this list: `docs/decisions/0002-one-list-of-an-attempts-fields.md`.
 *
 * No schema library here: the service and the ledger's worker load this file at their start.
 */
import type { UsdNanos } from "./money/money.ts";
import { TOKEN_FIELDS, type USAGE_SOURCES, type UsageParts } from "./tokens.ts";

/** How an attempt ended. `aborted`: the caller left; `failed`: the provider refused or the connection broke. */
export const ATTEMPT_OUTCOMES = ["ok", "failed", "aborted", "unknown"] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** Why the cost of an attempt is not known, as `unpriced` has it. Newer services may know further reasons. */
export const UNPRICED_REASONS = [
  "unknown_model",
  "unknown_usage",
  "unknown_tier",
  "unknown_unit",
  "invalid_usage",
] as const;

/**
 * The pattern of the ids of calls, attempts and reservations. They stand encoded in a segment of a path, so they have
 * nothing that the service refuses in paths. Older attempts may have such an id.
 */
export const ATTEMPT_ID_PATTERN = /^(?!.*%[\da-fA-F]{2})(?!(?:.*\/)?\.\.?(?:[;/]|$))[!-[\]-~]{8,64}$/;

/** The pattern in words. */
export const ATTEMPT_ID_RULE = "8 to 64 visible ASCII characters, without backslashes, %2F and the like, and ../";

/** The pattern of the names of runs. They travel in a header. */
export const RUN_PATTERN = /^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/;

/** The pattern in words. */
export const RUN_RULE = "1 to 200 printable ASCII characters without spaces around them";

/** The types of a field, with the value in code. `attempts.ts` has their wire schemas, the ledger their SQL types. */
export interface FieldValues {
  /** As `ATTEMPT_ID_PATTERN` has it. */
  id: string;
  workspace: string;
  /** At most 200 characters. */
  label: string;
  /** A non-negative integer. */
  count: number;
  integer: number;
  flag: boolean;
  /** Epoch milliseconds; ISO 8601 on the wire. */
  instant: number;
  outcome: AttemptOutcome;
  /** An object on the wire and in code, one column for each of {@link TOKEN_FIELDS} in SQLite. */
  tokens: Record<(typeof TOKEN_FIELDS)[number], number>;
  usage_source: (typeof USAGE_SOURCES)[number];
  run: string;
  /** An object on the wire and in code, JSON text in SQLite. */
  parts: UsageParts;
  /** A decimal string on the wire, whole nano-dollars in code and in SQLite. */
  money: UsdNanos;
}

interface FieldFacts {
  type: keyof FieldValues;
  /** `plan`: known before the attempt is sent; `result`: known at its end; `tracker`: set when it is recorded. */
  from: "plan" | "result" | "tracker";
  /** The name on the wire, where it differs. */
  wire?: string;
  /** Set by the service alone: a client in another process does not report it. */
  reported?: false;
}

/**
 * One field. `since` is the ledger schema version that adds its column. Such a field is nullable, because older rows
 * lack it, and optional in code and on the wire, because older clients do not send it. Omitted means `null`.
 */
export type AttemptField =
  & FieldFacts
  & ({ nullable?: true; unique?: true; since?: undefined } | { nullable: true; unique?: undefined; since: number });

/** The list. The order is that of the columns; new fields come last. */
export const ATTEMPT_FIELDS = {
  /** Globally unique: an attempt that is reported twice is stored once. */
  id: { type: "id", from: "plan", unique: true },
  /** Shared by an SDK call and its retries. */
  call_id: { type: "id", from: "plan" },
  /** 0 for the first attempt, 1 for the first retry. In the ledger, 0 is the first attempt that was sent. */
  retry: { type: "count", from: "plan" },
  workspace_id: { type: "workspace", from: "plan" },
  /** Path after `/v1/`, ids replaced: `chat/completions`, `responses/{id}`. */
  endpoint: { type: "label", from: "plan" },
  /** The model that was requested; in the ledger, the one that answered, or is expected to where no answer names it. */
  model: { type: "label", nullable: true, from: "plan" },
  app: { type: "label", nullable: true, from: "plan" },
  stream: { type: "flag", from: "plan" },
  started_at_ms: { type: "instant", wire: "started_at", from: "tracker" },
  latency_ms: { type: "count", from: "result" },
  first_byte_ms: { type: "count", nullable: true, from: "result" },
  outcome: { type: "outcome", from: "result" },
  http_status: { type: "integer", nullable: true, from: "result" },
  error_code: { type: "label", nullable: true, from: "result" },
  service_tier: { type: "label", nullable: true, from: "result" },
  usage: { type: "tokens", from: "result" },
  usage_source: { type: "usage_source", from: "result" },
  /** Tokens that count toward limits in place of an unknown usage: those that were reserved. `null` for a known usage. */
  charged_tokens: { type: "count", nullable: true, since: 3, from: "tracker" },
  /** In the ledger, the model that was requested. Limits on either name cover the attempt. */
  requested_model: { type: "label", nullable: true, since: 3, from: "tracker" },
  /** Whether it counts toward limits of requests: a call that uses no model does not. `null` in older rows, which do. */
  takes_request: { type: "flag", nullable: true, since: 3, from: "plan" },
  /** The key of this service that it was sent with, by its id. */
  key_id: { type: "label", nullable: true, since: 4, from: "plan", reported: false },
  /** A batch, agent or job that its caller names, to which it belongs. */
  run: { type: "run", nullable: true, since: 4, from: "plan" },
  /** The provider's id of the exchange, for its support. */
  request_id: { type: "label", nullable: true, since: 4, from: "result" },
  /** What the price depends on beside `usage`. `null` for most attempts. */
  usage_parts: { type: "parts", nullable: true, since: 4, from: "result" },
  /** `null` where it is not known: where `unpriced` has the reason, or where no prices were known to the service. */
  cost_usd_nanos: { type: "money", nullable: true, since: 4, from: "tracker", wire: "cost_usd", reported: false },
  /** Why the cost is not known, as a code. */
  unpriced: { type: "label", nullable: true, since: 4, from: "tracker", reported: false },
  /** What budgets count in place of an unknown cost: the money that was reserved. `null` for a known cost. */
  charged_usd_nanos: { type: "money", nullable: true, since: 4, from: "tracker", wire: "charged_usd", reported: false },
} as const satisfies Record<string, AttemptField>;

type Fields = typeof ATTEMPT_FIELDS;

/** A field's name in code. */
export type FieldName = keyof Fields;

/** The list for code that iterates over it. */
export const FIELD_ENTRIES = Object.entries(ATTEMPT_FIELDS) as readonly [FieldName, AttemptField][];

/** The values that come from these sources, as code holds them. */
export type AttemptPart<Source extends FieldFacts["from"]> =
  & {
    [Name in FieldName as Fields[Name] extends { from: Source; since?: undefined } ? Name : never]: Value<Fields[Name]>;
  }
  & {
    [Name in FieldName as Fields[Name] extends { from: Source; since: number } ? Name : never]?: Value<Fields[Name]>;
  };

type Value<Field extends AttemptField> =
  | FieldValues[Field["type"]]
  | (Field extends { nullable: true } ? null : never);

/** The fields that are known before an attempt is sent. */
export type PlanFields = AttemptPart<"plan">;

/** The fields that are known at an attempt's end. */
export type ResultFields = AttemptPart<"result">;
