/**
 * `/v1/*` and `/w/{workspace}/v1/*`: any OpenAI SDK in any language is counted by changing its base URL.
 *
 * From sockets to `node:http`, because a stream that is watched through web streams costs five times one that is not
 * (`tests/bench`); here it costs less than a pass-through that watches nothing.
 */
import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { attemptId } from "../../attempts/attempt_id.ts";
import { Attempt } from "../../attempts/attempt.ts";
import { deploymentIn } from "../../attempts/request/deployment.ts";
import { formFactsIn } from "../../attempts/request/form_facts.ts";
import { type AttemptPlan, isRefusal, type Permit, type Recorder } from "../../attempts/recorder.ts";
import { refusalParts } from "../../attempts/refusal_response.ts";
import { type RequestFacts, requestFacts } from "../../attempts/request/request_facts.ts";
import { refusalMayBeRetried } from "../../attempts/retry_advice.ts";
import { refuse, send } from "./answers.ts";
import { BodyRoom } from "./body_room.ts";
import { upstreamHeaders } from "../headers.ts";
import { relay, SILENCE_MS } from "./relay.ts";
import { BodyRefused, CallerLeft, requestBody } from "./request_body.ts";
import { Retries } from "./retries.ts";
import { SilenceWatch } from "./silence.ts";
import { type Target, target } from "../target.ts";
import { Unsendable } from "../upstream/request_head.ts";
import type { Upstream } from "../upstream/upstream.ts";
import { BAD_WAIT, WAIT_RULE, waitOf } from "../wait.ts";

export interface GatewayOptions {
  recorder: Recorder;
  upstream: Upstream;
  /** The upstream key; `null` passes the caller's own through. */
  key: string | null;
  /** After which an upstream that says nothing is given up; ten minutes by default. */
  silence_ms?: number;
  /** For the bodies of all exchanges together; 512 MiB by default. */
  room?: BodyRoom;
  /** Told of faults of the gateway's own. */
  log?: (event: string, fields: Record<string, unknown>) => void;
}

/** Answers a request of the gateway's; `false` when it is not one. */
export type Gateway = (request: IncomingMessage, response: ServerResponse) => boolean;

export function createGateway(options: GatewayOptions): Gateway {
  const { recorder, upstream, key, silence_ms = SILENCE_MS, room = new BodyRoom(), log = () => {} } = options;
  const watch = new SilenceWatch(silence_ms);
  const retries = new Retries(() => performance.now());
  return (request, response) => {
    const aimed = target(request.url!, header(request, "x-workspace-id"));
    if (!aimed) return false;
    answer(request, response, aimed).catch((error) => {
      if (!isCallers(error)) log("gateway_failed", { method: request.method, error: String(error) });
      broke(response, error);
    });
    return true;
  };

  async function answer(request: IncomingMessage, response: ServerResponse, aimed: Target): Promise<void> {
    if (aimed.workspace_id === null) return refuse(response, "invalid_workspace", wrongWorkspace(aimed.named));
    const body = await requestBody(request, response, room);
    const facts = factsOf(request, aimed.path, body);
    const plan = planOf(request, aimed.workspace_id, facts);
    const sent = { workspace_id: plan.workspace_id, endpoint: plan.endpoint, body };
    plan.call_id = callIdIn(request) ?? retries.callOf(sent, plan.retry) ?? crypto.randomUUID();
    const wait = waitOf(request.headers, response);
    if (wait === BAD_WAIT) return refuse(response, "invalid_request", WAIT_RULE);
    const decision = await recorder.reserve(plan, wait);
    const failed = () => retries.failed(sent, plan.call_id, plan.retry);
    if (isRefusal(decision)) {
      if (plan.retry > 0 || refusalMayBeRetried(decision)) failed();
      return send(response, refusalParts(decision));
    }
    const permit = noting(decision, failed);
    const attempt = new Attempt(plan, permit, () => performance.now(), request.method, facts.body);
    const exchange = {
      method: request.method!,
      path: aimed.path,
      headers: upstreamHeaders(request.headers, key),
      body: facts.hides_usage ? Buffer.from(facts.body!) : body,
    };
    try {
      relay(upstream, { exchange, response, attempt, hides_usage: facts.hides_usage, watch });
    } catch (error) {
      // What Node's server reads and its client will not send.
      attempt.unsent(null);
      throw error;
    }
  }
}

/** What the caller did, and hears of; anything else is a fault of ours. */
function isCallers(error: unknown): boolean {
  return error instanceof BodyRefused || error instanceof CallerLeft || error instanceof Unsendable;
}

function broke(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  if (error instanceof Unsendable) return refuse(response, "invalid_request", error.message);
  if (!(error instanceof BodyRefused)) return refuse(response, "internal_error", "The gateway failed; see its log");
  response.setHeader("connection", "close");
  if (error.retry_after_seconds !== null) response.setHeader("retry-after", error.retry_after_seconds);
  refuse(response, error.code, error.message);
}

function factsOf(request: IncomingMessage, path: string, body: Buffer): RequestFacts {
  const type = header(request, "content-type") ?? "";
  const plain = path.split("?", 1)[0];
  const facts = requestFacts(plain, type.includes("json") && body.length > 0 ? body.toString() : null);
  if (type.startsWith("multipart/")) Object.assign(facts, formFactsIn(body));
  facts.model ??= deploymentIn(plain);
  return facts;
}

/** Shorter, two calls could be taken for one. */
const CALL_ID = /^[\w.:-]{8,64}$/;

function callIdIn(request: IncomingMessage): string | undefined {
  return CALL_ID.exec(header(request, "x-quota-call-id") ?? "")?.[0];
}

/** A permit that also tells of an end after which the caller's SDK may try again; its patience may have ended first. */
function noting(permit: Permit, onFailure: () => void): Permit {
  return {
    begun: permit.begun && (() => permit.begun!()),
    settle(result) {
      if (result.outcome !== "ok") onFailure();
      permit.settle(result);
    },
    release(reason) {
      onFailure();
      permit.release(reason);
    },
  };
}

function planOf(request: IncomingMessage, workspace_id: string, facts: RequestFacts): AttemptPlan {
  const retry = Number(header(request, "x-stainless-retry-count") ?? 0);
  return {
    id: attemptId(),
    call_id: "",
    retry: Number.isInteger(retry) && retry >= 0 && retry < 1000 ? retry : 0,
    workspace_id,
    endpoint: facts.endpoint,
    model: facts.model,
    app: header(request, "x-quota-app")?.slice(0, 200) ?? null,
    stream: facts.stream,
    tokens: facts.tokens,
    input_tokens: facts.input_tokens,
    output_cap: facts.output_cap,
  };
}

function wrongWorkspace(named: string): string {
  return `Cannot count for workspace ${JSON.stringify(named.slice(0, 80))}: an id has 1 to 64 of a-z, 0-9, _ and -`;
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
