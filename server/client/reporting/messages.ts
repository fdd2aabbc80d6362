/** The bodies that a recorder sends to the service, and the refusals that it receives. */
import { type AttemptPlan, type AttemptResult, type Refusal, REFUSALS, type Wait } from "../../attempts/recorder.ts";
import type { Report } from "./report_queue.ts";

/** @param isOlder whether the service is older than budgets: it refuses fields that it does not know. */
export function reservationOf(plan: AttemptPlan, wait?: Wait, isOlder = false): object {
  const { id, workspace_id, tokens, input_tokens, output_cap, model, credential } = plan;
  const { endpoint, run, requested_tier: service_tier } = plan;
  const newer = isOlder ? {} : withoutNulls({ app: plan.app?.slice(0, 200), run, endpoint, service_tier });
  const waits = wait ? { on_limit: "wait", max_wait_ms: wait.max_wait_ms } : {};
  return { id, workspace_id, tokens, input_tokens, output_cap, model, credential, ...newer, ...waits };
}

export function reportOf(plan: AttemptPlan, result: AttemptResult, started_at: string): Report {
  const { tokens: _tokens, input_tokens: _input, output_cap: _cap, begun: _begun, takes_request, ...planned } = plan;
  const { key_id: _key, requested_tier: _tier, run, ...known } = planned;
  const { error_message: _message, limit_headers, request_id, usage_parts, ...rest } = result;
  // For a service that no longer knows what it reserved. Only where it is needed: older services do not know the field.
  const charged = rest.usage_source === "unknown" ? { charged_tokens: plan.tokens } : {};
  const free = takes_request === false ? { takes_request } : {};
  const model = rest.model ?? known.model;
  const names = model === known.model ? { model } : { model, requested_model: known.model };
  const app = known.app?.slice(0, 200) ?? null;
  const newer = withoutNulls({ run, request_id, usage_parts });
  return { ...known, app, started_at, ...rest, ...names, ...charged, ...free, ...newer, headers: { ...limit_headers } };
}

function withoutNulls<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([_, value]) => value != null)) as Partial<T>;
}

/** The body of an answer. */
export interface Answer {
  code?: string;
  detail?: string;
  retry_after_ms?: number | null;
  limits?: Refusal["limits"];
}

/** `null` if the answer is not a decision about the attempt. */
export function refusalOf({ code, detail, retry_after_ms, limits }: Answer): Refusal | null {
  const refused = REFUSALS.find((known) => known === code);
  const message = detail ?? "The service refused";
  return refused ? { refused, message, retry_after_ms: retry_after_ms ?? null, limits } : null;
}
