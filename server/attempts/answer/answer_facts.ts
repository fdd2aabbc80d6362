/** The members of an answer that are read: usage, model, tier, status and error. */
import { type Wanted, whole } from "../../core/json/skim.ts";

const RESPONSE = whole("id", "object", "status", "background", "model", "service_tier", "usage", "error");

/** For a `JsonSkim` of a body, or of an event in a stream. */
export const ANSWER_FACTS: Wanted = new Map<string, true | Wanted>([
  ...RESPONSE,
  // An error that a stream sends is not inside an object of its own.
  ...whole("type", "code", "message"),
  ["response", RESPONSE],
]);
