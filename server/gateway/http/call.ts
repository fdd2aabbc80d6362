/** One call of a caller, with its attempts: the first, and those that follow a redirect or leave out what we had added. */
import type { Buffer } from "node:buffer";
import type { ServerResponse } from "node:http";
import {
  attemptId,
  type AttemptPlan,
  type AttemptResult,
  isRefusal,
  type Permit,
  type Recorder,
  type Refusal,
  type Wait,
} from "../../attempts/recorder.ts";
import { Attempt, type AttemptWatcher } from "../../attempts/attempt.ts";
import { refusalParts } from "../../attempts/refusal_response.ts";
import type { UsageRefusals } from "../../attempts/request/usage_refusals.ts";
import { refusalMayBeRetried } from "../../attempts/retry_advice.ts";
import type { AccessControl } from "../../access/access_control.ts";
import { type CallerAccess, checkLive } from "../caller_access.ts";
import { MAX_REDIRECTS, redirectTarget } from "../redirects.ts";
import type { Exchange, Upstream } from "../upstream/upstream.ts";
import { delayEnd } from "./delayed_end.ts";
import { sendResponse } from "./own_response.ts";
import { relay, type RelayOptions, type Resend } from "./relay.ts";
import type { RetryMatcher } from "./retry_matcher.ts";

/** The parts that all calls share. */
interface CallContext {
  recorder: Recorder;
  control: AccessControl;
  upstream: Upstream;
  retries: RetryMatcher;
  usage_refusals: UsageRefusals;
  log: RelayOptions["log"];
  /** Answers a call that fails before its response has begun. */
  fail(response: ServerResponse, error: unknown): void;
}

/** What is asked of the upstream. */
interface CallRequest {
  plan: AttemptPlan;
  exchange: Exchange;
  /** The caller's own body, in place of which {@link exchange} has one that also requests usage. */
  body: Buffer[];
  /** The same as text, for an estimate. */
  text: string | null;
  hides_usage: boolean;
  wait: Wait | undefined;
  timeouts: RelayOptions["timeouts"];
  access: CallerAccess;
}

export class Call implements AttemptWatcher, Resend {
  readonly #context: CallContext;
  readonly #request: CallRequest;
  readonly #response: ServerResponse;
  /** The number that the caller's SDK gave to its attempt. */
  readonly #retry: number;
  #redirects = 0;
  /** The attempt in progress is not the call's last. */
  #isResent = false;
  #leftOutUsage = false;

  constructor(context: CallContext, request: CallRequest, response: ServerResponse) {
    this.#context = context;
    this.#request = request;
    this.#response = response;
    this.#retry = request.plan.retry;
  }

  /** Sends an attempt, once it is permitted. */
  send(): void {
    const { plan, wait } = this.#request;
    try {
      const decision = this.#context.recorder.reserve(plan, wait);
      // Mostly it is there: each turn of the microtask queue adds to the call's time.
      if (decision instanceof Promise) {
        decision.then((decision) => this.#decided(decision)).catch((error) =>
          this.#context.fail(this.#response, error)
        );
      } else this.#decided(decision);
    } catch (error) {
      this.#context.fail(this.#response, error);
    }
  }

  #decided(decision: Permit | Refusal): void {
    const { control, upstream, log } = this.#context;
    const { plan, exchange, access, wait, text, hides_usage, timeouts } = this.#request;
    if (isRefusal(decision)) {
      if (plan.retry > 0 || refusalMayBeRetried(decision)) this.#failed();
      return sendResponse(this.#response, refusalParts(decision));
    }
    if (decision.recorded) delayEnd(this.#response, decision.recorded);
    const attempt = new Attempt(plan, decision, now, exchange.method, text, this);
    if (wait) checkLive(control, access, attempt);
    try {
      relay(upstream, { exchange, response: this.#response, attempt, hides_usage, timeouts, log, resend: this });
    } catch (error) {
      attempt.unsent(null);
      throw error;
    }
  }

  redirectTarget(status: number, location: string): string | null {
    if (this.#redirects >= MAX_REDIRECTS) return null;
    const { base_url } = this.#context.upstream;
    const { path, target } = this.#request.exchange;
    const from = target === undefined ? `${base_url}/${path}` : new URL(target, base_url).href;
    const to = redirectTarget(status, location, from);
    if (to === null) return null;
    this.#redirects++;
    this.#isResent = true;
    return to;
  }

  follow(target: string): void {
    this.#request.exchange.target = target;
    this.#resend({});
  }

  leaveOutUsage(): void {
    this.#isResent = true;
    this.#leftOutUsage = true;
  }

  sendWithoutUsage(): void {
    const request = this.#request;
    request.exchange.body = request.body;
    request.hides_usage = false;
    // The caller has not asked for what was refused, so a limit does not refuse the second attempt.
    this.#resend({ begun: true });
  }

  #resend(change: Partial<AttemptPlan>): void {
    const { plan } = this.#request;
    this.#request.plan = { ...plan, ...change, id: attemptId(), retry: plan.retry + 1 };
    this.#isResent = false;
    this.send();
  }

  /** The caller's SDK may retry after any other end. */
  settling({ outcome, http_status }: AttemptResult): void {
    if (outcome !== "ok") this.#failed();
    if (this.#leftOutUsage && !this.#isResent && (http_status ?? 400) < 400) this.#rememberRefusal();
  }

  releasing(): void {
    this.#failed();
  }

  #failed(): void {
    if (this.#isResent) return;
    const { plan: { workspace_id, endpoint, call_id }, body } = this.#request;
    this.#context.retries.addFailure({ workspace_id, endpoint, body }, call_id, this.#retry);
  }

  #rememberRefusal(): void {
    const { usage_refusals, upstream } = this.#context;
    usage_refusals.add(upstream.base_url, this.#request.plan.model);
  }
}

const now = () => performance.now();
