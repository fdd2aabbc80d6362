/**
 * `/v1/*` and `/w/{workspace}/v1/*`: counts the calls of any OpenAI SDK whose base URL is changed to the gateway.
 *
 * It uses `node:http`, because reading a stream on its way through web streams costs five times as much as passing it on
 * (`tests/bench`).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { attemptId, type AttemptPlan, type Recorder } from "../../attempts/recorder.ts";
import { credentialOf } from "../../attempts/request/credential.ts";
import { takesRequest } from "../../attempts/request/model_calls.ts";
import { REQUEST_FACTS, type RequestFacts } from "../../attempts/request/request_facts.ts";
import { UsageRefusals } from "../../attempts/request/usage_refusals.ts";
import type { AccessControl } from "../../access/access_control.ts";
import { AccessRefused, admitCall, type CallerAccess, checkModels } from "../caller_access.ts";
import { JsonSkim } from "../../core/json/skim.ts";
import { upstreamHeaders } from "../forwarded_headers.ts";
import { Hop, LOOP_MESSAGE } from "../hop.ts";
import { invalidWorkspaceMessage, parseTarget, type Target } from "../target.ts";
import { Unsendable, type Upstream } from "../upstream/upstream.ts";
import { INVALID_WAIT, INVALID_WAIT_MESSAGE, parseWait } from "../wait_headers.ts";
import { bodyToSend, factsOf, header, leaveOutUsage, mayBeLarge } from "./body_facts.ts";
import { Call } from "./call.ts";
import { requestIdOf, sendError } from "./own_response.ts";
import { INVALID_TIMEOUT, INVALID_TIMEOUT_MESSAGE, type TimeoutOptions, Timeouts } from "./timeouts.ts";
import { BodyMemory, BodyRefused, CallerDisconnected, readBody } from "./request_body.ts";
import { RetryMatcher } from "./retry_matcher.ts";

export interface GatewayOptions {
  recorder: Recorder;
  access: AccessControl;
  upstream: Upstream;
  /** Names this service to the upstream: see {@link Hop}. */
  service_id: string;
  /** The key for the upstream; `null` forwards the caller's own. */
  key: string | null;
  /** Times after which an upstream that sends nothing is given up, unless the caller asks for others. */
  timeouts?: TimeoutOptions;
  /** Whether usage is requested in streams whose callers do not; by default it is. */
  requests_usage?: boolean;
  memory?: BodyMemory;
  bounds?: { max_bodies_bytes: number; max_body_bytes: number };
  /** Receives errors of the gateway itself. */
  log?: (event: string, fields: Record<string, unknown>) => void;
}

interface Gateway {
  /** Handles a request; returns `false` if its path is not one of the gateway. */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
  /** Ends the attempts that go on after their callers have left, and closes the upstream. */
  close(): void;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { recorder, access: control, upstream, key, bounds, requests_usage = true, log = () => {} } = options;
  const { memory = new BodyMemory(bounds) } = options;
  const hop = new Hop(options.service_id);
  const timeouts = new Timeouts(options.timeouts ?? {});
  const usage_refusals = new UsageRefusals();
  const mayNotRequestUsage = (model: string | null) => !requests_usage || usage_refusals.has(upstream.base_url, model);
  const retries = new RetryMatcher(() => performance.now());
  const context = { recorder, control, upstream, retries, usage_refusals, log, fail };
  return { answer, close };

  function close(): void {
    timeouts.close();
    upstream.close();
  }

  function answer(request: IncomingMessage, response: ServerResponse): boolean {
    const target = parseTarget(request.url!, header(request, "x-workspace-id"));
    if (!target) return false;
    handle(request, response, target).catch((error) => fail(response, error));
    return true;
  }

  function fail(response: ServerResponse, error: unknown): void {
    try {
      if (!isCallersError(error)) {
        log("gateway_failed", { request_id: requestIdOf(response.req), error: String(error) });
      }
      sendFailure(response, error);
    } catch {
      response.destroy();
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse, target: Target): Promise<void> {
    const invalid = invalidWorkspaceMessage(target);
    if (invalid !== null) return sendError(response, "invalid_workspace", invalid);
    const via = hop.next(request.headers.via);
    if (via === null) return sendLoopDetected(response);
    const access = admitCall(control, request, target, key);
    const skim = mayBeLarge(request) ? new JsonSkim(REQUEST_FACTS) : null;
    const body = await readBody(request, response, memory, skim);
    const read = factsOf(request, target.path, body, skim);
    const facts = read instanceof Promise ? await read : read;
    if (facts.hides_usage && mayNotRequestUsage(facts.model)) leaveOutUsage(facts, body);
    if (access.models !== null) checkModels(access, request, target.path, facts.model, body);
    const headers = upstreamHeaders(request.headers, access.provider_key, via);
    const credential = credentialOf(upstream.host, (name) => headers[name], target.path);
    const plan = planOf(request, access, facts);
    plan.credential = credential;
    const identity = { workspace_id: plan.workspace_id, endpoint: plan.endpoint, body };
    plan.call_id = callIdIn(request) ?? retries.takeCallId(identity, plan.retry) ?? plan.id;
    const wait = parseWait(request.headers, response);
    if (wait === INVALID_WAIT) return sendError(response, "invalid_request", INVALID_WAIT_MESSAGE);
    const waits = timeouts.of(request.headers);
    if (waits === INVALID_TIMEOUT) return sendError(response, "invalid_request", INVALID_TIMEOUT_MESSAGE);
    const exchange = {
      method: request.method!,
      path: target.path,
      headers,
      body: bodyToSend(facts, body),
    };
    const { body: text, hides_usage } = facts;
    const asked = { plan, exchange, body, text, hides_usage, access, wait, timeouts: waits };
    new Call(context, asked, response).send();
  }
}

const CALLERS_ERRORS = [AccessRefused, BodyRefused, CallerDisconnected, Unsendable];

/** Whether the caller caused an error, which needs no line in the log. */
function isCallersError(error: unknown): boolean {
  // A caller who disconnects while they wait for a permit aborts the wait.
  const isAbort = error instanceof DOMException && error.name === "AbortError";
  return isAbort || CALLERS_ERRORS.some((kind) => error instanceof kind);
}

function sendFailure(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  if (error instanceof Unsendable) return sendError(response, "invalid_request", error.message);
  if (error instanceof AccessRefused) return sendAccessRefusal(response, error);
  if (!(error instanceof BodyRefused)) return sendError(response, "internal_error", "The gateway failed; see its log");
  response.setHeader("connection", "close");
  if (error.retry_after_seconds !== null) response.setHeader("retry-after", error.retry_after_seconds);
  sendError(response, error.code, error.message);
}

function sendAccessRefusal(response: ServerResponse, { code, message, retry_after_ms }: AccessRefused): void {
  // An unread body would have to be received before the connection can carry another request.
  response.setHeader("connection", "close");
  response.setHeader("x-should-retry", "false");
  if (retry_after_ms !== undefined) response.setHeader("retry-after", Math.ceil(retry_after_ms / 1000));
  sendError(response, code, message);
}

/** The same call would come back again. */
function sendLoopDetected(response: ServerResponse): void {
  response.setHeader("x-should-retry", "false");
  sendError(response, "loop_detected", LOOP_MESSAGE);
}

/** At least eight characters, so that two calls do not get the same id by chance. */
const CALL_ID = /^[\w.:-]{8,64}$/;

function callIdIn(request: IncomingMessage): string | undefined {
  return CALL_ID.exec(header(request, "x-quota-call-id") ?? "")?.[0];
}

function planOf(
  request: IncomingMessage,
  { workspace_id, app, key_id, run }: CallerAccess,
  facts: RequestFacts,
): AttemptPlan {
  const takes_request = takesRequest(request.method!, facts.endpoint);
  const retry = Number(header(request, "x-stainless-retry-count") ?? 0);
  return {
    id: attemptId(),
    call_id: "",
    retry: Number.isInteger(retry) && retry >= 0 && retry < 1000 ? retry : 0,
    workspace_id,
    endpoint: facts.endpoint,
    model: facts.model,
    app: app ?? header(request, "x-quota-app")?.slice(0, 200) ?? null,
    stream: facts.stream,
    key_id,
    run,
    takes_request,
    tokens: takes_request ? facts.tokens : 0,
    input_tokens: takes_request ? facts.input_tokens : 0,
    output_cap: facts.output_cap,
    requested_tier: facts.requested_tier,
  };
}
