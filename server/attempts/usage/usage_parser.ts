/** Reads token usage from the bodies and stream events of all endpoints. */
import { fieldsOf, shortText } from "../json.ts";
import type { UsageParts } from "../../../shared/tokens.ts";
import type { TokenUsage, UsageSource } from "../../../shared/usage.ts";
import { hasOutputTokens } from "../request/reserved_tokens.ts";
import { type TokenCounts, usageOf } from "./token_counts.ts";
import { countsIn } from "./usage_places.ts";

/** Model, tier and usage in a body. */
export interface BodyFacts {
  model: string | null;
  service_tier: string | null;
  /** The counts that are reported; `null` if there is none, or an invalid one: unknown is not zero. */
  counts: TokenCounts | null;
  /** The usage, if the counts give input and output. */
  usage: TokenUsage | null;
  /** The body is billed by something other than tokens: a transcription by its seconds. */
  has_no_tokens: boolean;
  /** The seconds that it is then billed by. */
  seconds?: unknown;
  /** What is charged beside the tokens; omitted until the attempt ends, and where an earlier attempt was charged. */
  parts?: UsageParts | null;
}

/**
 * Reads a parsed body or stream event of any endpoint: its own fields, or those of the response or message inside it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bodyFacts } from "./usage_parser.ts";
 *
 * const { usage } = bodyFacts({ usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } });
 * assert.equal(usage?.input_tokens, 10);
 * assert.equal(usage?.total_tokens, 15);
 * ```
 */
export function bodyFacts(body: unknown): BodyFacts {
  const outer = fieldsOf(body);
  const inner = fieldsOf(outer.response ?? outer.message);
  const from = "usage" in inner || "model" in inner ? inner : outer;
  const counts = countsIn(outer);
  const { type, seconds } = fieldsOf(from.usage);
  const isDuration = type === "duration";
  return {
    model: shortText(from.model ?? outer.modelVersion) ?? onlyModel(outer.per_model_usage),
    service_tier: shortText(from.service_tier),
    counts,
    usage: usageOf(counts),
    has_no_tokens: isDuration,
    seconds: isDuration ? seconds : undefined,
    parts: null,
  };
}

/** The model of an evaluation that used only one. */
function onlyModel(models: unknown): string | null {
  return Array.isArray(models) && models.length === 1 ? shortText(fieldsOf(models[0]).model_name) : null;
}

/**
 * The usage of a call. Input alone is all of a call whose endpoint has no output, and a total alone is split where it has.
 *
 * @returns `null` if a part is not reported, and has to be estimated.
 */
export function callUsage(
  { counts, usage }: Pick<BodyFacts, "counts" | "usage">,
  { endpoint, input_tokens }: { endpoint: string; input_tokens: number },
): TokenUsage | null {
  if (counts === null || (usage !== null && (counts.input !== null || counts.output !== null))) return usage;
  const hasOutput = hasOutputTokens(endpoint);
  if (usage === null) return hasOutput ? null : usageOf({ ...counts, output: 0 });
  return hasOutput ? usageOf({ ...counts, input: Math.min(input_tokens, counts.total!) }) : usage;
}

/** A POST that updates or cancels an earlier result and returns it, including its usage. */
const UPDATES_EARLIER_RESULT =
  /(?:^|\/)(?:chat\/completions\/[^/]+|responses\/[^/]+\/cancel|runs\/[^/]+(?:\/cancel)?)$/;

/** Whether a request only retrieves an earlier result, whose usage was counted then. */
export function isRetrieval(method: string, endpoint: string): boolean {
  if (method !== "POST") return true;
  if (endpoint !== last.endpoint) last = { endpoint, updates: UPDATES_EARLIER_RESULT.test(endpoint) };
  return last.updates;
}

/** Of the request before: most repeat its endpoint. */
let last = { endpoint: "", updates: false };

/** Older audio and image models are billed by second, character or image, newer ones by token. */
const AUDIO_OR_IMAGE = /^(?:audio|images)\//;
const BILLED_BY_TOKENS = /^(?:gpt|chatgpt|o\d)/;

/**
 * The usage source of a success without usage: `none` if the endpoint has no tokens, otherwise `unknown`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sourceWithoutUsage } from "./usage_parser.ts";
 *
 * assert.equal(sourceWithoutUsage({ endpoint: "audio/speech", model: "tts-1", tokens: 0 }), "none");
 * assert.equal(sourceWithoutUsage({ endpoint: "audio/speech", model: "gpt-4o-mini-tts", tokens: 0 }), "unknown");
 * ```
 */
export function sourceWithoutUsage(plan: { endpoint: string; model: string | null; tokens: number }): UsageSource {
  if (plan.tokens > 0) return "unknown";
  return AUDIO_OR_IMAGE.test(plan.endpoint) && BILLED_BY_TOKENS.test(plan.model ?? "") ? "unknown" : "none";
}

/** Whether the provider never reports usage for an endpoint, so that it is estimated from the text. */
export function neverReportsUsage(endpoint: string): boolean {
  return endpoint === "moderations";
}
