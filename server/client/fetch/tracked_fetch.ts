/** A `fetch` that counts: hand it to any OpenAI client and every attempt is reserved, watched and settled. */
import { Attempt, NO_RETRY } from "../../attempts/attempt.ts";
import { attemptId } from "../../attempts/attempt_id.ts";
import { factsOf, isHttp, retryCount } from "./fetch_request.ts";
import { neverSent } from "../../attempts/never_sent.ts";
import { readFailed } from "./read_failed.ts";
import {
  type AttemptPlan,
  DEFAULT_WAIT_MS,
  isRefusal,
  type Permit,
  type Recorder,
  type Refusal,
  type Wait,
} from "../../attempts/recorder.ts";
import { refusalParts } from "../../attempts/refusal_response.ts";
import type { RequestFacts } from "../../attempts/request/request_facts.ts";
import { sentOnce } from "./sent_once.ts";
import { tapResponse } from "./tapped_response.ts";
import { textUpTo } from "./text_up_to.ts";

export interface TrackedFetchOptions {
  recorder: Recorder;
  workspace_id: string;
  /** Label of the calling program, kept with each attempt. */
  app?: string | null;
  /** `wait`: a full minute is waited for, in the order of arrival, instead of a refusal at once. For batch jobs. */
  on_limit?: "refuse" | "wait";
  /** How long, in milliseconds; 65,000 by default, after which a full minute has opened again. */
  max_wait_ms?: number;
  /** The fetch that really sends; the global one by default. */
  fetch?: typeof fetch;
  /** Path of the base URL that stands before endpoints; `/v1` by default. */
  basePath?: () => string;
}

/** On a tracked fetch: the fetch below it, so that nobody wraps it twice. */
const UNTRACKED = Symbol("untracked fetch");

/** On a request that is counted already: between two tracked fetches there may be somebody else's. */
const COUNTED = Symbol("counted");

/** Read of an error's body: a few bytes may unpack into very many. */
const MOST_ERROR_BYTES = 1 << 20;

/** On what an SDK's client is about to send: the call that it belongs to, so that retries are tied together. */
export const CALL = Symbol("call");

type Init = RequestInit & { [COUNTED]?: true; [CALL]?: { id: string; retry: number } };

/** The fetch below a tracked one, or the fetch itself. */
export function untracked(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return (fetch as { [UNTRACKED]?: typeof globalThis.fetch })[UNTRACKED] ?? fetch;
}

/**
 * Wraps a fetch. One call of it is one attempt. Where a fetch sends a request again by itself, because a connection that
 * was kept open had died before any answer, that is not seen from here, and counts once: {@link sentOnce} keeps Deno's own
 * from it, for all that has a body; what a fetch of the caller's does is his.
 */
export function trackedFetch(options: TrackedFetchOptions): typeof fetch {
  const send = untracked(options.fetch ?? globalThis.fetch);
  const isRuntimes = send === globalThis.fetch;
  // What is known already is not awaited: each turn of the queue that is spared is a part of the call's time.
  const tracked = (input: RequestInfo | URL, init?: Init): Promise<Response> => {
    if (init?.[COUNTED] || !isHttp(input)) return send(input, init);
    return nowOrLater(() => {
      init?.signal?.throwIfAborted();
      return factsOf(input, init, options.basePath?.() ?? "/v1");
    }, (facts) => ask(input, init, facts));
  };
  return Object.assign(tracked, { [UNTRACKED]: send });

  function ask(input: RequestInfo | URL, init: Init | undefined, facts: RequestFacts): Promise<Response> {
    const plan = planOf(options, input, init, facts);
    const decision = options.recorder.reserve(plan, waitOf(options, init));
    return decision instanceof Promise
      ? decision.then((decision) => go(input, init, facts, plan, decision))
      : go(input, init, facts, plan, decision);
  }

  function go(
    input: RequestInfo | URL,
    init: Init | undefined,
    facts: RequestFacts,
    plan: AttemptPlan,
    decision: Permit | Refusal,
  ): Promise<Response> {
    if (isRefusal(decision)) return Promise.resolve(refusal(decision));
    const counted: Init = { ...init, [COUNTED]: true };
    if (facts.hides_usage) counted.body = facts.body;
    if (isRuntimes && counted.body) counted.body = sentOnce(counted.body);
    const attempt = new Attempt(plan, decision, now, methodOf(input, init), facts.body);
    return exchange(send, input, counted, attempt, facts.hides_usage);
  }
}

function nowOrLater<T>(known: () => T | Promise<T>, then: (value: T) => Promise<Response>): Promise<Response> {
  try {
    const value = known();
    return value instanceof Promise ? value.then(then) : then(value);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Made once: made beside a response it would hold on to it, and to its bytes, as long as the attempt lives. */
const now = () => performance.now();

function planOf(
  { workspace_id, app }: TrackedFetchOptions,
  input: RequestInfo | URL,
  init: Init | undefined,
  { endpoint, model, stream, tokens, input_tokens, output_cap }: RequestFacts,
): AttemptPlan {
  const of = init?.[CALL];
  return {
    id: attemptId(),
    call_id: of?.id ?? crypto.randomUUID(),
    retry: of?.retry ?? retryCount(init?.headers ?? (input instanceof Request ? input.headers : undefined)) ?? 0,
    workspace_id,
    app: app ?? null,
    endpoint,
    model,
    stream,
    tokens,
    input_tokens,
    output_cap,
  };
}

function methodOf(input: RequestInfo | URL, init: RequestInit | undefined): string {
  return init?.method ?? (input instanceof Request ? input.method : "GET");
}

function waitOf({ on_limit, max_wait_ms }: TrackedFetchOptions, init: RequestInit | undefined): Wait | undefined {
  if (on_limit !== "wait") return undefined;
  return { signal: init?.signal ?? undefined, max_wait_ms: max_wait_ms ?? DEFAULT_WAIT_MS };
}

function exchange(
  send: typeof fetch,
  input: RequestInfo | URL,
  init: RequestInit,
  attempt: Attempt,
  hides_usage: boolean,
): Promise<Response> {
  // The caller may have left while leave was asked for.
  if (init.signal?.aborted) {
    attempt.unsent(null);
    return Promise.reject(init.signal.reason);
  }
  const came = (response: Response) => {
    const { headers, status } = response;
    attempt.head(status, (name) => headers.get(name));
    return status < 400 ? tapResponse(response, attempt, hides_usage) : errorResponse(response, attempt);
  };
  const failed = (error: unknown) => {
    if (neverSent(error)) attempt.unsent(String(error));
    else if (init.signal?.aborted) attempt.aborted();
    else readFailed(attempt, error);
    throw error;
  };
  try {
    return Promise.resolve(send(input, init)).then(came, failed);
  } catch (error) {
    // A fetch that is no async function.
    return Promise.reject(error).then(came, failed);
  }
}

/** Error bodies are small and their code is what matters: read at once, whatever the caller does with his copy. */
async function errorResponse(response: Response, attempt: Attempt): Promise<Response> {
  let text: string;
  try {
    text = await textUpTo(response, MOST_ERROR_BYTES);
  } catch (error) {
    attempt.unread();
    throw error;
  }
  attempt.body(text);
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  if (attempt.isFinal && !headers.has(NO_RETRY)) headers.set(NO_RETRY, "false");
  const copy = new Response(text, { status, statusText, headers });
  Object.defineProperty(copy, "url", { value: response.url });
  return copy;
}

function refusal(decision: Refusal): Response {
  const { status, headers, body } = refusalParts(decision);
  return new Response(body, { status, headers });
}
