/** A `fetch` that counts: pass it to any OpenAI client, and every attempt is reserved, observed and settled. */
import { Attempt } from "../../attempts/attempt.ts";
import {
  attemptId,
  type AttemptPlan,
  DEFAULT_WAIT_MS,
  isRefusal,
  type Permit,
  type Recorder,
  type RecorderService,
  type Refusal,
  type Wait,
} from "../../attempts/recorder.ts";
import { credentialOf } from "../../attempts/request/credential.ts";
import { refusalParts } from "../../attempts/refusal_response.ts";
import type { RequestFacts } from "../../attempts/request/request_facts.ts";
import { changedBody } from "./changed_body.ts";
import { fetchFacts, givenHeaders, headerReader, hostOf, isApiCall, retryCount, urlOf } from "./fetch_request.ts";
import { gatewayHeaders } from "./gateway_headers.ts";
import { sendAttempt } from "./send_attempt.ts";
import { singleUseBody } from "./single_use_body.ts";

export interface TrackedFetchOptions {
  recorder: Recorder;
  workspace_id: string;
  /** Label of the calling program, stored with each attempt. */
  app?: string | null;
  /** `wait`: wait for a full minute to open, in order of arrival, instead of being refused. For batch jobs. */
  on_limit?: "refuse" | "wait";
  /** Maximum wait in milliseconds; 65,000 by default, after which a full minute has opened again. */
  max_wait_ms?: number;
  /** The fetch that sends; the global one by default. */
  fetch?: typeof fetch;
  /** Path of the base URL, which precedes every endpoint; `/v1` by default. */
  basePath?: () => string;
}

/** Property of a tracked fetch: the fetch that it wraps. Prevents a second wrapper around it. */
const UNTRACKED = Symbol("untracked fetch");

/** Property of a request that is counted already: between two tracked fetches there may be one of the caller's. */
const COUNTED = Symbol("counted");

/** Property of a request of an SDK client: the call that it belongs to, which ties its retries together. */
export const CALL = Symbol("call");

type Init = RequestInit & { [COUNTED]?: true; [CALL]?: { id: string; retry: number } };

/** The fetch that a tracked one wraps, or the fetch itself. */
export function untracked(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return (fetch as { [UNTRACKED]?: typeof globalThis.fetch })[UNTRACKED] ?? fetch;
}

/**
 * Wraps a fetch. One call of it is one attempt. If a fetch sends a request again by itself, this is not seen here and counts
 * once. {@link singleUseBody} prevents it for the runtime's own fetch and every request with a body.
 */
export function trackedFetch(options: TrackedFetchOptions): typeof fetch {
  const send = untracked(options.fetch ?? globalThis.fetch);
  const isRuntimeFetch = send === globalThis.fetch;
  const tracked = (input: RequestInfo | URL, init?: Init): Promise<Response> => {
    if (init?.[COUNTED] || !isApiCall(input)) return send(input, init);
    const service = options.recorder.service;
    if (service?.isGateway(urlOf(input))) return send(input, gatewayInit(options, service, input, init));
    return withValue(() => {
      init?.signal?.throwIfAborted();
      return fetchFacts(input, init, options.basePath?.() ?? "/v1");
    }, (facts) => reserve(input, init, facts));
  };
  // What the fetch has besides, such as its `Response`, the SDK finds on the tracked one as well.
  return Object.assign(Object.setPrototypeOf(tracked, send), { [UNTRACKED]: send });

  function reserve(input: RequestInfo | URL, init: Init | undefined, facts: RequestFacts): Promise<Response> {
    const plan = planOf(options, input, init, facts);
    return withValue(
      () => options.recorder.reserve(plan, waitOf(options, init)),
      (decision) => proceed(input, init, facts, plan, decision),
    );
  }

  function proceed(
    input: RequestInfo | URL,
    init: Init | undefined,
    facts: RequestFacts,
    plan: AttemptPlan,
    decision: Permit | Refusal,
  ): Promise<Response> {
    if (isRefusal(decision)) return Promise.resolve(refusalResponse(decision));
    const counted: Init = { ...init, [COUNTED]: true };
    if (facts.hides_usage) Object.assign(counted, changedBody(givenHeaders(input, init), facts.body));
    if (isRuntimeFetch && counted.body) counted.body = singleUseBody(counted.body);
    const attempt = new Attempt(plan, decision, now, methodOf(input, init), facts.body);
    return sendAttempt(send, input, counted, attempt, facts.hides_usage);
  }
}

/** Continues immediately with a value that is not a promise: each turn of the microtask queue adds to the call's time. */
function withValue<T>(get: () => T | Promise<T>, then: (value: T) => Promise<Response>): Promise<Response> {
  try {
    const value = get();
    return value instanceof Promise ? value.then(then) : then(value);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Created once: a closure created with a response would keep it, and its bytes, as long as the attempt exists. */
const now = () => performance.now();

function planOf(
  { workspace_id, app }: TrackedFetchOptions,
  input: RequestInfo | URL,
  init: Init | undefined,
  { endpoint, model, stream, tokens, input_tokens, output_cap }: RequestFacts,
): AttemptPlan {
  const call = init?.[CALL];
  return {
    id: attemptId(),
    call_id: call?.id ?? crypto.randomUUID(),
    retry: call?.retry ?? retryCount(givenHeaders(input, init)) ?? 0,
    workspace_id,
    app: app ?? null,
    endpoint,
    model,
    stream,
    tokens,
    input_tokens,
    output_cap,
    credential: credentialOf(hostOf(urlOf(input)), headerReader(input, init), urlOf(input)),
  };
}

function methodOf(input: RequestInfo | URL, init: RequestInit | undefined): string {
  return init?.method ?? (input instanceof Request ? input.method : "GET");
}

/** A call through the service's own gateway, which counts it. A redirect is an error, so that the key stays there. */
function gatewayInit(
  options: TrackedFetchOptions,
  service: RecorderService,
  input: RequestInfo | URL,
  init: Init | undefined,
): Init {
  const headers = new Headers(givenHeaders(input, init));
  const own = gatewayHeaders({ ...options, workspace: options.workspace_id }, service, init?.[CALL]?.id);
  for (const [name, value] of Object.entries(own)) if (!headers.has(name)) headers.set(name, value);
  return { ...init, headers, [COUNTED]: true, ...(service.key === null ? {} : { redirect: "error" }) };
}

function waitOf({ on_limit, max_wait_ms }: TrackedFetchOptions, init: RequestInit | undefined): Wait | undefined {
  if (on_limit !== "wait") return undefined;
  return { signal: init?.signal ?? undefined, max_wait_ms: max_wait_ms ?? DEFAULT_WAIT_MS };
}

function refusalResponse(refusal: Refusal): Response {
  const { status, headers, body } = refusalParts(refusal);
  return new Response(body, { status, headers });
}
