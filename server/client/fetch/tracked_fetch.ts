/** A `fetch` that counts: pass it to any OpenAI client, and every attempt is reserved, observed and settled. */
import { Attempt, type AttemptWatcher } from "../../attempts/attempt.ts";
import { attemptId, type AttemptPlan, isRefusal, type Permit } from "../../attempts/recorder.ts";
import type { RecorderService, Refusal } from "../../attempts/recorder.ts";
import { refusalParts } from "../../attempts/refusal_response.ts";
import { changedBody } from "./changed_body.ts";
import { endedAtGateway, endedAttempt, type OnEnd } from "./ended_attempt.ts";
import { askEarly, takeEarly } from "./early_permit.ts";
import { givenHeaders, isApiCall, methodOf, urlOf } from "./fetch_request.ts";
import { gatewayRequest } from "./gateway_headers.ts";
import { askPermit, CALL, type CallInit, type Decided, type PermitOptions } from "./permit.ts";
import type { HiddenUsage } from "./response/error_response.ts";
import { sendAttempt } from "./send_attempt.ts";
import { singleUseBody } from "./single_use_body.ts";
import { streamSignal } from "./stream_signal.ts";
import { mayRequestUsage, rememberRefusal, type UsageRequestOptions } from "./usage_request.ts";

export interface TrackedFetchOptions extends PermitOptions, UsageRequestOptions {
  /** The fetch that sends; the global one by default. */
  fetch?: typeof fetch;
  /** Receives each attempt that has ended. */
  onEnd?: OnEnd;
}

/** Property of a tracked fetch: the fetch that it wraps. Prevents a second wrapper around it. */
const UNTRACKED = Symbol("untracked fetch");

/** Property of a tracked fetch: asks for the permit of a request that will be sent. */
const PREPARE = Symbol("prepare");

/** Property of a request that is counted already: between two tracked fetches there may be one of the caller's. */
const COUNTED = Symbol("counted");

type Permitted = Omit<Decided, "decision"> & { permit: Permit };
type Init = CallInit & { [COUNTED]?: true };
type Fetch = typeof globalThis.fetch;
type Prepare = (url: string, init: RequestInit) => Promise<void>;

/** The fetch that a tracked one wraps, or the fetch itself. */
export function untracked(fetch: Fetch): Fetch {
  return (fetch as { [UNTRACKED]?: Fetch })[UNTRACKED] ?? fetch;
}

/** Asks for the permit of a request before the tracked fetch is called with it. */
export function preparePermit(tracked: Fetch, url: string, init: RequestInit): Promise<void> {
  return (tracked as unknown as { [PREPARE]: Prepare })[PREPARE](url, init);
}

/**
 * Wraps a fetch. One call of it is one attempt. If a fetch sends a request again by itself, this is not seen here and counts
 * once. {@link singleUseBody} prevents it for the runtime's own fetch and every request with a body.
 */
export function trackedFetch(options: TrackedFetchOptions): typeof fetch {
  const send = untracked(options.fetch ?? globalThis.fetch);
  const tracker = new FetchTracker(options, send);
  const tracked = (input: RequestInfo | URL, init?: Init) => tracker.fetch(input, init);
  const prepare: Prepare = (url, init) => tracker.prepare(url, init);
  // The SDK also looks at members of a fetch, such as its `Response`.
  return Object.assign(Object.setPrototypeOf(tracked, send), { [UNTRACKED]: send, [PREPARE]: prepare });
}

class FetchTracker {
  readonly #options: TrackedFetchOptions;
  readonly #send: Fetch;
  readonly #isRuntimeFetch: boolean;
  readonly #watcher: AttemptWatcher | null;
  /** The recorder is in this process and answers immediately: its answer does not have to come early. */
  #isImmediate = false;

  constructor(options: TrackedFetchOptions, send: Fetch) {
    this.#options = options;
    this.#send = send;
    this.#isRuntimeFetch = send === globalThis.fetch;
    const { onEnd } = options;
    this.#watcher = onEnd ? { settled: (attempt, result) => onEnd(endedAttempt(attempt, result)) } : null;
  }

  fetch(input: RequestInfo | URL, init: Init | undefined): Promise<Response> {
    // Called without `this`, which a browser's fetch requires.
    const send = this.#send;
    if (init?.[COUNTED] || !isApiCall(input)) return send(input, init);
    const { service } = this.#options.recorder;
    if (service?.isGateway(urlOf(input))) return this.#sendToGateway(service, input, init);
    return this.#fetchPermitted(input, init);
  }

  /** Continues immediately with a permit that is no promise: each turn of the microtask queue adds to the call's time. */
  #fetchPermitted(input: RequestInfo | URL, init: Init | undefined): Promise<Response> {
    const onFailure = (error: unknown) => {
      init?.[CALL]?.failed();
      return Promise.reject(error);
    };
    try {
      const decided = takeEarly(input, init) ?? this.#ask(input, init);
      if (!(decided instanceof Promise)) return this.#proceed(input, init, decided);
      return decided.then((decided) => this.#proceed(input, init, decided), onFailure);
    } catch (error) {
      return onFailure(error);
    }
  }

  prepare(url: string, init: RequestInit): Promise<void> {
    if (this.#isImmediate) return DONE;
    return askEarly(url, init, () => {
      if (!isApiCall(url) || this.#options.recorder.service?.isGateway(url)) return null;
      return this.#ask(url, init);
    });
  }

  async #sendToGateway(service: RecorderService, input: RequestInfo | URL, init: Init | undefined): Promise<Response> {
    const send = this.#send;
    try {
      service.countedByGateway?.();
      const given = { ...init, headers: givenHeaders(input, init), [COUNTED]: true };
      const response = await send(input, gatewayRequest(this.#options, service, given));
      if (!response?.ok) init?.[CALL]?.failed();
      // A mock may answer with nothing.
      if (response) this.#options.onEnd?.(endedAtGateway(response));
      return response;
    } catch (error) {
      init?.[CALL]?.failed();
      throw error;
    }
  }

  #attempt(plan: AttemptPlan, permit: Permit, input: RequestInfo | URL, init: Init | undefined, body: string | null) {
    return new Attempt(plan, permit, now, methodOf(input, init), body, this.#watcher);
  }

  #ask(input: RequestInfo | URL, init: Init | undefined): Decided | Promise<Decided> {
    const decided = askPermit(this.#options, input, init);
    this.#isImmediate = !(decided instanceof Promise) && this.#options.on_limit !== "wait";
    return decided;
  }

  #proceed(
    input: RequestInfo | URL,
    init: Init | undefined,
    { facts, plan, decision }: Decided,
  ): Promise<Response> {
    if (isRefusal(decision)) {
      init?.[CALL]?.failed();
      return Promise.resolve(refusalResponse(decision));
    }
    const hides_usage = facts.hides_usage && mayRequestUsage(this.#options, input, init, facts.model);
    if (!hides_usage) return this.#sendPermitted(input, init, {}, { facts, plan, permit: decision }, null);
    const changed = changedBody(givenHeaders(input, init), facts.body);
    const resend = () => this.#sendWithoutUsage(input, init, { facts, plan });
    return this.#sendPermitted(input, init, changed, { facts, plan, permit: decision }, { resend });
  }

  #sendPermitted(
    input: RequestInfo | URL,
    init: Init | undefined,
    changed: RequestInit,
    { facts, plan, permit }: Permitted,
    hidden: HiddenUsage | null,
  ): Promise<Response> {
    const signal = streamSignal(plan.stream, input, init);
    const attempt = this.#attempt(plan, signal?.tie(permit) ?? permit, input, init, facts.body);
    if (signal) {
      signal.attempt = attempt;
      changed.signal = signal.signal;
    }
    return sendAttempt(this.#send, input, this.#countedInit(init, changed), attempt, hidden, signal);
  }

  #countedInit(init: Init | undefined, changed: RequestInit): Init {
    const counted: Init = { ...init, ...changed, [COUNTED]: true };
    if (counted.body && this.#isRuntimeFetch) counted.body = singleUseBody(counted.body);
    return counted;
  }

  /** Sends a stream again that was refused because usage was requested: `null` if that is not permitted. */
  async #sendWithoutUsage(
    input: RequestInfo | URL,
    init: Init | undefined,
    { facts, plan }: Omit<Permitted, "permit">,
  ): Promise<Response | null> {
    // The caller has not caused the second attempt, so a limit does not refuse it.
    const again = { ...plan, begun: true, id: attemptId(), retry: plan.retry + 1 };
    const decision = await this.#options.recorder.reserve(again);
    if (isRefusal(decision)) return null;
    const response = await this.#sendPermitted(input, init, {}, { facts, plan: again, permit: decision }, null);
    if (response.status < 400) rememberRefusal(input, facts.model);
    return response;
  }
}

const DONE = Promise.resolve();

/** Created once: a closure created with a response would keep it, and its bytes, as long as the attempt exists. */
const now = () => performance.now();

function refusalResponse(refusal: Refusal): Response {
  const { status, headers, body } = refusalParts(refusal);
  return new Response(body, { status, headers });
}
