/** The members of an answer that are read: usage, model, tier, status and error. */
import { LongText } from "../../core/json/long_values.ts";
import { EACH, OTHERS, type Wanted, whole } from "../../core/json/skim.ts";
import { isObject } from "../json.ts";
import { ERROR_NAMES } from "./error_places.ts";
import { COUNT_NAMES } from "../usage/token_names.ts";
import { USAGE_FACTS } from "../usage/usage_places.ts";

const RESPONSE = whole(
  "id",
  "object",
  "status",
  "background",
  "model",
  "modelVersion",
  "service_tier",
  "usage",
  "error",
);

const CHOICE: Wanted = new Map<string, true | Wanted>([
  ...USAGE_FACTS,
  ...whole("error", "finish_reason"),
  ["delta", USAGE_FACTS],
  ["message", USAGE_FACTS],
]);

/** For a `JsonSkim` of a body, or of an event in a stream. */
export const ANSWER_FACTS: Wanted = new Map<string, true | Wanted>([
  ...RESPONSE,
  ...whole(...ERROR_NAMES, ...COUNT_NAMES, "type", "per_model_usage"),
  ["choices", new Map([[EACH, CHOICE]])],
  ["response", RESPONSE],
  // A text in an error, an object in an event of Anthropic's.
  ["message", RESPONSE],
  ["delta", USAGE_FACTS],
  [OTHERS, USAGE_FACTS],
]);

/** Names that an error has, too, but only together with nothing else: the rest of a large body was not kept. */
const AMBIGUOUS = ["code", "msg", "detail", "success", "ok", "error_code", "error_msg", "error_message"];

/**
 * What a `JsonSkim` has read of a large answer or event. Code and message are left out unless the body says that it is an error.
 */
export function largeAnswer(skimmed: unknown): unknown {
  if (!isObject(skimmed) || skimmed.type === "error" || skimmed.object === "error") return skimmed;
  for (const name of AMBIGUOUS) delete skimmed[name];
  if (!isObject(skimmed.message) || skimmed.message instanceof LongText) delete skimmed.message;
  return skimmed;
}
