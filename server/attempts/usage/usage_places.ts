/** Finds the usage in an answer or an event, wherever the provider puts it. */
import { type Wanted, whole } from "../../core/json/skim.ts";
import { fieldsOf, isObject } from "../json.ts";
import { isMeaningful, laterCounts, summedCounts, type TokenCounts, tokenCounts } from "./token_counts.ts";
import { COUNT_NAMES, INPUT } from "./token_names.ts";

/** Names of usage objects. */
const USAGE_NAMES = ["usage", "usageMetadata", "usage_metadata", "token_usage", "tokenUsage", "usage_info"];

/** Cohere's names: the tokens that the model read and wrote, then those that are billed. */
const NESTED_NAMES = ["tokens", "billed_units"];

/** Members with a usage inside, as part of the protocol: events of Responses, Anthropic and Cohere. */
const WRAPPERS = ["response", "message", "delta"];

/** Members that never have a usage of this answer, or are read separately. */
const SKIPPED = new Set([...WRAPPERS, "choices", "error", "per_model_usage", "tool_usage", "usage"]);

/**
 * The counts of an answer: those of `usage`, else of a member of the protocol, of a choice, or of a vendor's own member.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { countsIn } from "./usage_places.ts";
 *
 * const usage = { prompt_tokens: 3, completion_tokens: 4 };
 * assert.equal(countsIn({ choices: [{ usage }] })?.output, 4);
 * assert.equal(countsIn({ choices: [], x_groq: { usage } })?.input, 3);
 * ```
 */
export function countsIn(body: Record<string, unknown>): TokenCounts | null {
  const own = usageCounts(body.usage);
  if (isMeaningful(own)) return own;
  let found = own;
  for (const name of WRAPPERS) if (isObject(body[name])) found = laterCounts(found, usageIn(fieldsOf(body[name])));
  // The output of a message that only starts is not known yet, although Anthropic gives a number.
  if (found && body.type === "message_start") found = { ...found, output: null };
  if (!isMeaningful(found)) found = laterCounts(found, inChoices(body.choices));
  if (!isMeaningful(found)) found = laterCounts(found, inModels(body.per_model_usage));
  if (!isMeaningful(found)) found = laterCounts(found, inOthers(body));
  return found;
}

/** The members of an answer, as {@link countsIn} reads them, for a `JsonSkim`. */
export const USAGE_FACTS: Wanted = whole(...USAGE_NAMES, ...NESTED_NAMES, ...COUNT_NAMES);

function usageIn(fields: Record<string, unknown>): TokenCounts | null {
  for (const name of USAGE_NAMES) {
    const counts = usageCounts(fields[name]);
    if (counts) return counts;
  }
  return null;
}

function usageCounts(value: unknown): TokenCounts | null {
  if (!isObject(value)) return null;
  if (Array.isArray(value)) return usageCounts(value.at(-1));
  const counts = tokenCounts(value);
  if (counts) return counts;
  for (const name of NESTED_NAMES) {
    const nested = isObject(value[name]) ? tokenCounts(value[name]) : null;
    if (nested) return nested;
  }
  return null;
}

function inChoices(choices: unknown): TokenCounts | null {
  if (!Array.isArray(choices)) return null;
  let found: TokenCounts | null = null;
  for (const choice of choices) {
    const fields = fieldsOf(choice);
    found = laterCounts(found, usageIn(fields) ?? usageIn(fieldsOf(fields.delta ?? fields.message)));
  }
  return found;
}

/** An evaluation's run has one usage for each model. */
function inModels(models: unknown): TokenCounts | null {
  return Array.isArray(models) ? summedCounts(models.map(tokenCounts).filter((counts) => counts !== null)) : null;
}

/** A vendor's member is a usage, by its name, or has one inside. */
function inOthers(body: Record<string, unknown>): TokenCounts | null {
  let found: TokenCounts | null = null;
  for (const name in body) {
    const value = body[name];
    if (!isObject(value) || Array.isArray(value) || SKIPPED.has(name)) continue;
    const own = name.toLowerCase().includes("usage") ? usageCounts(value) : null;
    found = laterCounts(found, own ?? usageIn(value) ?? nestedCounts(value) ?? bareCounts(value, name));
  }
  return found ?? bareCounts(body) ?? inOllama(body);
}

/** Members that may have counts which are not those of the answer: the caller's own, and limits. */
const OTHER_COUNTS = /metadata|limit/i;

/** Input and output under their names, without a usage object around them. */
function bareCounts(fields: Record<string, unknown>, name = ""): TokenCounts | null {
  if (!INPUT.some((input) => input in fields) || OTHER_COUNTS.test(name)) return null;
  const counts = tokenCounts(fields);
  return counts?.input != null && counts.output !== null ? counts : null;
}

function nestedCounts(value: Record<string, unknown>): TokenCounts | null {
  return NESTED_NAMES.some((name) => name in value) ? usageCounts(value) : null;
}

/** Ollama's own answers have their counts beside the message. */
function inOllama({ prompt_eval_count, eval_count }: Record<string, unknown>): TokenCounts | null {
  return prompt_eval_count === undefined && eval_count === undefined
    ? null
    : tokenCounts({ prompt_eval_count, eval_count });
}
