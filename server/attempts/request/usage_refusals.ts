/**
 * Upstreams that refuse a stream because it requests its usage. Such a call is sent again without the request, once; the
 * next ones for the same model do not request it.
 */

/** Models remembered. Beyond that the oldest is forgotten, and asked once more. */
const MAX_REMEMBERED = 1000;

/** Statuses by which servers refuse a parameter: FastAPI's is 422, Go's and Java's frameworks use 400, some 501. */
const STATUSES = new Set([400, 404, 415, 422, 501]);

const NAMES_IT = /stream_?options|include_?usage/i;

/** The usual words of validators that do not name the field. */
const UNKNOWN_FIELD =
  /\b(?:unknown|unrecogni[sz]ed|unexpected|unsupported|extra|additional|invalid|not (?:allowed|permitted|supported))\b[^.]{0,80}\b(?:param(?:eter)?|argument|field|propert(?:y|ies)|inputs?|keys?|option|body|json)s?\b|\b(?:param(?:eter)?|argument|field|propert(?:y|ies)|inputs?|keys?|option)s?\b[^.]{0,80}\bnot (?:allowed|permitted|supported)\b/i;

/** A validator that names another field has found another fault. */
const NAMES_ANOTHER =
  /"(?:param|loc|field|path)"\s*:\s*(?:"[^"]+"|\[\s*"[^\]]+)|['"`](?:model|messages|max_tokens|max_completion_tokens|temperature|top_p|n|stop|tools|tool_choice|response_format|prompt|stream)\b/i;

/**
 * Whether an error may have been caused by the request for usage.
 *
 * @param status of the response to a stream for which usage was requested.
 * @param text the error's body.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mayRefuseUsage } from "./usage_refusals.ts";
 *
 * assert(mayRefuseUsage(400, '{"error":{"message":"Unrecognized request argument supplied: stream_options"}}'));
 * assert(!mayRefuseUsage(400, '{"error":{"message":"Unknown model","param":"model"}}'));
 * ```
 */
export function mayRefuseUsage(status: number, text: string): boolean {
  if (!STATUSES.has(status)) return false;
  if (NAMES_IT.test(text)) return true;
  return status !== 404 && (text.trim() === "" || (UNKNOWN_FIELD.test(text) && !NAMES_ANOTHER.test(text)));
}

/** Whether a status may be that of an error for {@link mayRefuseUsage}. */
export function isUsageRefusalStatus(status: number): boolean {
  return STATUSES.has(status);
}

/** The models by upstream that are not asked again. */
export class UsageRefusals {
  readonly #models = new Set<string>();

  /** @param upstream its origin. */
  has(upstream: string, model: string | null): boolean {
    return this.#models.size > 0 && this.#models.has(keyOf(upstream, model));
  }

  add(upstream: string, model: string | null): void {
    if (this.#models.size >= MAX_REMEMBERED) this.#models.delete(this.#models.values().next().value!);
    this.#models.add(keyOf(upstream, model));
  }
}

function keyOf(upstream: string, model: string | null): string {
  return model === null ? upstream : `${upstream} ${model}`;
}
