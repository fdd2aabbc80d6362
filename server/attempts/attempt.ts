/** One attempt from its permit to its end. Every transport reports the response here; the permit is settled once. */
import type { Remaining } from "../core/limits.ts";
import type { AttemptOutcome } from "../../shared/attempt_fields.ts";
import { noTokens, type UsageParts } from "../../shared/tokens.ts";
import type { TokenUsage, UsageSource } from "../../shared/usage.ts";
import { isStreamed, kindOfType } from "./answer/answer_kind.ts";
import { awaitsUsage } from "./answer/awaited_usage.ts";
import { endsBackground, noteBackground } from "./answer/background_responses.ts";
import { withEndpointUnits } from "./usage/endpoint_units.ts";
import { eventsOfValues } from "./answer/json_lines.ts";
import { answerText } from "./answer/delta_text.ts";
import { isMeaningful, type TokenCounts, usageOf } from "./usage/token_counts.ts";
import {
  type BodyFacts,
  bodyFacts,
  callUsage,
  isRetrieval,
  neverReportsUsage,
  sourceWithoutUsage,
} from "./usage/usage_parser.ts";
import { errorInside, errorName, type ProviderError, providerError } from "./answer/provider_error.ts";
import { estimateInputTokens } from "./tokens/input_tokens.ts";
import { limitHeaders, withRetryAfter } from "./limits/rate_limit_headers.ts";
import type { AttemptPlan, AttemptResult, Charge, Permit } from "./recorder.ts";
import { mayBeRetried } from "./retry_advice.ts";
import type { StreamFacts } from "./answer/event_facts.ts";
import { createStreamCopy, type ReadableCopy, readLater, recentFacts } from "./answer/stream_facts.ts";
import { parseJson } from "./json.ts";
import { textTokens, whenTokenizerReady } from "./tokens/text_tokens.ts";

/** Is told of the end of attempts. */
export interface AttemptWatcher {
  /** Before the permit is settled. */
  settling?(result: AttemptResult): void;
  /** After that, when the charge is known. */
  settled?(attempt: Attempt, result: AttemptResult): void;
  /** It was never sent. Before the permit is released. */
  releasing?(): void;
}

export class Attempt {
  readonly #plan: AttemptPlan;
  readonly #permit: Permit;
  readonly #now: () => number;
  /** The request only retrieves an earlier result, whose usage is already counted. */
  readonly #isRetrieval: boolean;
  readonly #requestJson: string | null;
  readonly #watcher: AttemptWatcher | null;
  readonly #sentAt: number;
  #status: number | null = null;
  #limitHeaders: AttemptResult["limit_headers"] = {};
  #requestId: string | null = null;
  #firstByteAt: number | null = null;
  /** Set if the attempt has ended at a time that is known already. */
  #endedAt: number | null = null;
  #stream: ReadableCopy | null = null;
  #hasBegun = false;
  #settled = false;
  #isFinal = false;
  #charge: Charge | null = null;

  /**
   * @param now milliseconds of any monotonic clock: only differences are used.
   * @param method of the request; a GET may return usage, but uses no tokens.
   * @param requestJson for estimating the input when the response has no usage.
   */
  constructor(
    plan: AttemptPlan,
    permit: Permit,
    now: () => number,
    method = "POST",
    requestJson: string | null = null,
    watcher: AttemptWatcher | null = null,
  ) {
    this.#requestJson = requestJson;
    this.#watcher = watcher;
    this.#plan = plan;
    this.#permit = permit;
    this.#now = now;
    this.#isRetrieval = isRetrieval(method, plan.endpoint);
    this.#sentAt = now();
  }

  /**
   * The account has no quota left, so a retry cannot succeed and would count as a request. The SDK retries anyway unless
   * {@link SHOULD_RETRY_HEADER} forbids it.
   */
  get isFinal(): boolean {
    return this.#isFinal;
  }

  /** The call that it belongs to. */
  get call_id(): string {
    return this.#plan.call_id;
  }

  /** What it left of the limits when it was permitted; `null` if that is not known. */
  get remaining(): Remaining | null {
    return this.#permit.remaining ?? null;
  }

  /** What it cost; `null` before its end, and if the recorder knows no prices. */
  get charge(): Charge | null {
    return this.#charge;
  }

  /** Status and headers have arrived. */
  head(status: number, header: (name: string) => string | null | undefined): void {
    this.#status = status;
    this.#limitHeaders = limitHeaders(status, header);
    this.#requestId = requestIdIn(header);
    this.#firstByteAt = this.#now();
    if (this.#permit.begun && isStreamed(kindOfType(header("content-type")))) this.#begin();
  }

  /** The whole answer has arrived together with its head, so that both have one time. */
  arrivedWhole(): void {
    this.#endedAt = this.#firstByteAt;
  }

  /** The whole body of a response that is not a stream. */
  body(text: string): void {
    const body = parseJson(text);
    const isError = this.#status! >= 400;
    const events = body === undefined && !isError ? eventsOfValues(text) : null;
    if (events === null) return this.answered(body === undefined && isError ? text : body);
    this.chunk(events);
    this.streamEnded();
  }

  /**
   * The whole body of a response that is not a stream, parsed or skimmed.
   *
   * @param body `undefined` if it is not JSON; of an error, its text then, which may tell a wait.
   */
  answered(body: unknown): void {
    if (this.#status! >= 400) return this.#failed(body === undefined ? null : providerError(body));
    const facts = bodyFacts(body);
    const error = errorInside(body, this.#plan.endpoint);
    const outcome = error ? "failed" : "ok";
    const usage = callUsage(facts, this.#plan);
    if (this.#isRetrieval && !(usage && endsBackground(body))) {
      return this.#settle(outcome, error, noTokens(), "none", facts);
    }
    if (!usage?.total_tokens) noteBackground(body);
    if (!error) facts.parts = this.#parts(usage, facts, body);
    // Zeros for an answer with text say that the provider has not counted.
    if (!error && facts.counts && !isMeaningful(facts.counts) && answerText(body) !== "") {
      return this.#settleEstimate(outcome, error, answerText(body), { ...facts, counts: NOT_COUNTED });
    }
    if (usage) return this.#settle(outcome, error, usage, "counted", facts);
    if (facts.counts) return this.#settleEstimate(outcome, error, answerText(body), facts);
    if (!error && body && neverReportsUsage(this.#plan.endpoint)) return this.#settleEstimate("ok", null, "", facts);
    // A body that is not JSON is a file, or an HTML page with a 200: its usage is unknown.
    this.#settle(outcome, error, noTokens(), facts.has_no_tokens ? "none" : sourceWithoutUsage(this.#plan), facts);
  }

  /** The response ended normally, but its body cannot be read here. */
  unreadable(): void {
    const parts = this.#parts(null, { counts: null }, undefined);
    this.#settle("ok", null, noTokens(), sourceWithoutUsage(this.#plan), { ...NO_MODEL, parts });
  }

  /** The upstream sends the request elsewhere, and has not processed it. */
  redirected(): void {
    const error = { code: "redirected", type: null, message: null };
    this.#settle("failed", error, noTokens(), "none");
  }

  /** The next bytes of a stream. */
  chunk(bytes: Uint8Array): void {
    if (this.#stream === null) this.#begin();
    (this.#stream ??= createStreamCopy(this.#plan.endpoint)).add(bytes);
  }

  /** The provider has ended the stream. */
  streamEnded(): void {
    this.#endStream("ok");
  }

  /** Whether the answer is complete, and its usage has not arrived. */
  get awaitsUsage(): boolean {
    return !this.#settled && this.#stream !== null && awaitsUsage(this.#stream);
  }

  /** The caller aborted the request. */
  aborted(): void {
    if (this.#isStreaming) this.#endStream("aborted");
    else this.#settleUnknown("aborted", null);
  }

  /** The connection broke, or the upstream timed out, after the request was sent. */
  broke(error_code: string): void {
    if (this.#isStreaming) this.#endStream("failed", error_code);
    else this.#settleUnknown("failed", error_code);
  }

  /** The response's body will never be read. */
  unread(): void {
    if (this.#status !== null && this.#status >= 400) this.#failed(null);
    else this.#settleUnknown("unknown", null);
  }

  /** The caller dropped the response before its end. */
  dropped(): void {
    if (this.#isStreaming) this.#endStream("unknown");
    else this.unread();
  }

  /**
   * The request was never sent.
   *
   * @param reason the upstream's fault; `null` if it has none.
   */
  unsent(reason: string | null): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#watcher?.releasing?.();
    this.#permit.release(reason);
  }

  /** The provider has begun to stream, so it has at least read the input. */
  get #isStreaming(): boolean {
    return this.#stream !== null || (this.#plan.stream && this.#status !== null && this.#status < 400);
  }

  /** The answer streams, by its type or by its first bytes. */
  #begin(): void {
    if (!this.#hasBegun && this.#status! < 300) this.#permit.begun?.();
    this.#hasBegun = true;
  }

  #failed(error: ProviderError | null): void {
    this.#isFinal = error !== null && !mayBeRetried(this.#status!, error);
    this.#settle("failed", error, noTokens(), "none");
  }

  #settleUnknown(outcome: AttemptOutcome, error_code: string | null): void {
    const error = error_code ? { code: error_code, type: null, message: null } : null;
    // A refusal uses no tokens, even if its body is lost.
    const isRefusal = this.#status !== null && this.#status >= 400;
    this.#settle(outcome, error, noTokens(), isRefusal ? "none" : sourceWithoutUsage(this.#plan));
  }

  #endStream(outcome: AttemptOutcome, error_code: string | null = null): void {
    if (this.#settled) return;
    const copy = this.#stream ?? createStreamCopy(this.#plan.endpoint);
    this.#stream = null;
    const facts = recentFacts(copy, this.#plan.endpoint);
    if (facts) return this.#settleStream(outcome, error_code, facts);
    // Whatever else ends the attempt meanwhile does not count.
    this.#settled = true;
    this.#endedAt = this.#now();
    readLater(copy, this.#plan.endpoint, (facts) => {
      this.#settled = false;
      this.#settleStream(outcome, error_code, facts);
    });
  }

  #settleStream(outcome: AttemptOutcome, error_code: string | null, facts: StreamFacts): void {
    const error = facts.error ?? (error_code && !facts.done ? { code: error_code, type: null, message: null } : null);
    const end = facts.error ? "failed" : facts.done ? "ok" : outcome;
    const usage = callUsage(facts, this.#plan);
    if (this.#isRetrieval && !(usage && endsBackground({ id: facts.id }))) {
      return this.#settle(end, error, noTokens(), "none", facts);
    }
    facts.parts = this.#parts(usage, facts, undefined);
    if (usage?.output_tokens === 0 && facts.answer) {
      // The usage came before the answer, or is zero because the provider does not count.
      const counts = { ...facts.counts!, input: facts.counts!.input || null, output: null };
      return this.#settleEstimate(end, error, facts.answer, { ...facts, counts });
    }
    if (usage) return this.#settle(end, error, usage, "counted", facts);
    if (facts.counts) return this.#settleEstimate(end, error, facts.answer, facts);
    if (facts.has_no_tokens) return this.#settle(end, error, noTokens(), "none", facts);
    if (facts.error && facts.output_estimate === 0 && !facts.is_partial) {
      return this.#settle(end, error, noTokens(), "none", facts);
    }
    // A stream without a single event is an HTML page or the like: its usage is unknown.
    if (outcome === "ok" && facts.events === 0) return this.#settleUnknown("ok", null);
    // Audio, images and threads are not billed by their text.
    if (this.#plan.tokens === 0 || facts.is_partial) {
      return this.#settle(end, error, noTokens(), sourceWithoutUsage(this.#plan), facts);
    }
    this.#settleEstimate(end, error, facts.answer, facts);
  }

  /**
   * Estimates from the request and the answer received so far what the provider did not report. The first estimate waits for
   * the tokenizer to load.
   */
  #settleEstimate(outcome: AttemptOutcome, error: ProviderError | null, answer: string, facts: EstimateFacts): void {
    if (this.#settled) return;
    this.#settled = true;
    const requestJson = this.#requestJson;
    const result = this.#result(outcome, error, noTokens(), "estimated", facts);
    const settle = () => {
      const { counts } = facts;
      const input = counts?.input ?? (requestJson === null ? null : estimateInputTokens(requestJson)) ??
        this.#plan.input_tokens;
      // An answer whose text is unknown may have used all that is reserved for it.
      const unread = counts !== null && answer === ""
        ? this.#plan.tokens - this.#plan.input_tokens
        : textTokens(answer);
      const usage = usageOf({
        cached: null,
        reasoning: null,
        total: null,
        ...counts,
        input,
        output: counts?.output ?? unread,
      });
      this.#end({ ...result, usage: usage! });
    };
    if (requestJson === null && answer === "") settle();
    else whenTokenizerReady(settle);
  }

  #parts(
    usage: TokenUsage | null,
    { counts, seconds }: Pick<BodyFacts, "counts" | "seconds">,
    body: unknown,
  ): UsageParts | null {
    const { endpoint } = this.#plan;
    const requestJson = this.#requestJson;
    return withEndpointUnits({ endpoint, usage, parts: counts?.parts ?? null, seconds, body, requestJson });
  }

  #settle(
    outcome: AttemptOutcome,
    error: ProviderError | null,
    usage: TokenUsage,
    usage_source: UsageSource,
    facts: ModelAndTier = NO_MODEL,
  ): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#end(this.#result(outcome, error, usage, usage_source, facts));
  }

  #end(result: AttemptResult): void {
    this.#watcher?.settling?.(result);
    this.#charge = this.#permit.settle(result) ?? null;
    this.#watcher?.settled?.(this, result);
  }

  #result(
    outcome: AttemptOutcome,
    error: ProviderError | null,
    usage: TokenUsage,
    usage_source: UsageSource,
    facts: ModelAndTier,
  ): AttemptResult {
    return {
      outcome,
      http_status: this.#status,
      error_code: error && errorName(error),
      error_message: error?.message ?? null,
      model: facts.model ?? this.#plan.model,
      service_tier: facts.service_tier,
      usage,
      usage_source,
      latency_ms: Math.round((this.#endedAt ?? this.#now()) - this.#sentAt),
      first_byte_ms: this.#firstByteAt === null ? null : Math.round(this.#firstByteAt - this.#sentAt),
      request_id: this.#requestId,
      usage_parts: facts.parts ?? null,
      limit_headers: withRetryAfter(this.#limitHeaders, error?.retry_after),
    };
  }
}

type ModelAndTier = Pick<BodyFacts, "model" | "service_tier" | "parts">;
type EstimateFacts = ModelAndTier & Pick<BodyFacts, "counts">;
const NOT_COUNTED: TokenCounts = { input: null, cached: null, output: null, reasoning: null, total: null };
const NO_MODEL: ModelAndTier = { model: null, service_tier: null };

/** The names of the id that a provider gives to an exchange: OpenAI's, Anthropic's, Azure's. */
const REQUEST_ID_HEADERS = ["x-request-id", "request-id", "apim-request-id"];

/** The longest id that is kept. */
const MAX_REQUEST_ID = 200;

function requestIdIn(header: (name: string) => string | null | undefined): string | null {
  for (const name of REQUEST_ID_HEADERS) {
    const id = header(name);
    if (id) return ` ${id}`.slice(1, MAX_REQUEST_ID + 1);
  }
  return null;
}
