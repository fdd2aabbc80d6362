/** Asks the recorder whether an attempt may be sent. */
import { attemptId, type AttemptPlan, DEFAULT_WAIT_MS, type Permit } from "../../attempts/recorder.ts";
import type { Recorder, Refusal, Wait } from "../../attempts/recorder.ts";
import { credentialOf } from "../../attempts/request/credential.ts";
import { takesRequest } from "../../attempts/request/model_calls.ts";
import type { RequestFacts } from "../../attempts/request/request_facts.ts";
import { fetchFacts, headersOf, hostOf, methodOf, retryCount, urlOf } from "./fetch_request.ts";

export interface PermitOptions {
  recorder: Recorder;
  workspace_id: string;
  /** Label of the calling program, stored with each attempt. */
  app?: string | null;
  /** The batch, agent or job that the calls belong to. */
  run?: string | null;
  /** `wait`: wait for a full minute to open, in order of arrival, instead of being refused. For batch jobs. */
  on_limit?: "refuse" | "wait";
  /** Maximum wait in milliseconds; 65,000 by default, after which a full minute has opened again. */
  max_wait_ms?: number;
  /** Path of the base URL, which precedes every endpoint; `/v1` by default. */
  basePath?: () => string;
}

/** The recorder's answer. */
export interface Decided {
  facts: RequestFacts;
  plan: AttemptPlan;
  decision: Permit | Refusal;
}

/** Property of a request of an SDK client: the call that it belongs to, which ties its retries together. */
export const CALL = Symbol("call");

export type CallInit = RequestInit & { [CALL]?: SdkCall };

/** A call of an SDK client, as far as one of its requests knows it. */
export interface SdkCall {
  readonly id: string;
  readonly retry: number;
  /** This request has failed, so that the SDK may send another one. */
  failed(): void;
}

/** @returns a promise only if it has to wait: each turn of the microtask queue adds to the call's time. */
export function askPermit(
  options: PermitOptions,
  input: RequestInfo | URL,
  init: CallInit | undefined,
): Decided | Promise<Decided> {
  init?.signal?.throwIfAborted();
  const facts = fetchFacts(input, init, options.basePath?.() ?? "/v1");
  if (!(facts instanceof Promise)) return reserve(options, input, init, facts);
  return facts.then((facts) => reserve(options, input, init, facts));
}

function reserve(
  options: PermitOptions,
  input: RequestInfo | URL,
  init: CallInit | undefined,
  facts: RequestFacts,
): Decided | Promise<Decided> {
  const plan = planOf(options, input, init, facts);
  const decision = options.recorder.reserve(plan, waitOf(options, init));
  if (!(decision instanceof Promise)) return { facts, plan, decision };
  return decision.then((decision) => ({ facts, plan, decision }));
}

function planOf(
  { workspace_id, app, run }: PermitOptions,
  input: RequestInfo | URL,
  init: CallInit | undefined,
  { endpoint, model, stream, tokens, input_tokens, output_cap, requested_tier }: RequestFacts,
): AttemptPlan {
  const call = init?.[CALL];
  const headers = headersOf(input, init);
  const url = urlOf(input);
  const takes_request = takesRequest(methodOf(input, init), endpoint);
  const id = attemptId();
  return {
    id,
    call_id: call?.id ?? id,
    retry: call?.retry ?? retryCount(headers) ?? 0,
    workspace_id,
    app: app ?? null,
    run: run ?? null,
    endpoint,
    model,
    stream,
    takes_request,
    tokens: takes_request ? tokens : 0,
    input_tokens: takes_request ? input_tokens : 0,
    output_cap,
    requested_tier,
    credential: credentialOf(hostOf(url), (name) => headers.get(name), url),
  };
}

function waitOf({ on_limit, max_wait_ms }: PermitOptions, init: RequestInit | undefined): Wait | undefined {
  if (on_limit !== "wait") return undefined;
  return { signal: init?.signal ?? undefined, max_wait_ms: max_wait_ms ?? DEFAULT_WAIT_MS };
}
