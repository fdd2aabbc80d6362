/** Tells calls that use a model from those that keep house: only the first take a request of the limits. */

/** Resources whose calls use no model: files, jobs and what belongs to them. */
const WITHOUT_MODEL = new Set([
  ..."files uploads batches fine_tuning vector_stores conversations containers skills evals assistants agents".split(
    " ",
  ),
  ..."chatkit webhook_endpoints vaults organization projects content_provenance_checks".split(" "),
]);

/** Operations of those resources that use one. */
const STARTS_MODEL =
  /(?:^|\/)(?:graders\/run|evals\/[^/]+\/runs|agents\/sessions(?:\/[^/]+\/events)?|automations\/[^/]+\/invocations)$/;

/** Operations of other resources that use none. */
const KEEPS_HOUSE = new RegExp(
  [
    "(?:cancel|hangup|refer|reject|pause|resume|input_tokens|count_tokens|tokenize|detokenize)$",
    "audio/voices?(?:_consents)?(?:/|$)",
    "realtime/(?:sessions|client_secrets|transcription_sessions|translations/client_secrets)$",
    "chat/completions/.",
    "messages/batches(?:/|$)",
    "videos/characters(?:/|$)",
    // Threads without their runs. An answer to a tool call lets a run go on.
    "threads$|threads/(?!runs$)[^/]+$|threads/[^/]+/messages(?:/|$)|runs/[^/]+$",
  ].map((path) => `(?:^|/)(?:${path})`).join("|"),
);

/**
 * Whether a call takes a request of the limits. An operation that is not known does, if it is a POST.
 *
 * @param endpoint as in the ledger: the path after `/v1/`, without a query.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { takesRequest } from "./model_calls.ts";
 *
 * assert(takesRequest("POST", "chat/completions"));
 * assert(!takesRequest("GET", "models"));
 * assert(!takesRequest("POST", "files"));
 * ```
 */
export function takesRequest(method: string, endpoint: string): boolean {
  if (method !== "POST" && method.toUpperCase() !== "POST") return false;
  if (endpoint === last.endpoint) return last.takes;
  const takes = usesModel(endpoint);
  last = { endpoint, takes };
  return takes;
}

/** The last answer: most calls repeat their endpoint. */
let last = { endpoint: "", takes: true };

function usesModel(endpoint: string): boolean {
  const path = endpoint.replace(/^\/+|\/+$/g, "");
  if (STARTS_MODEL.test(path)) return true;
  return !WITHOUT_MODEL.has(path.split("/", 1)[0]) && !KEEPS_HOUSE.test(path);
}
