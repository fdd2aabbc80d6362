/** One attempt from its permit to its end: watches the response, whichever transport carries it, and settles once. */
import type { AttemptOutcome } from "../../shared/attempt_fields.ts";
import { noTokens } from "../../shared/tokens.ts";
import type { TokenUsage, UsageSource } from "../../shared/usage.ts";
import { endsBackground, noteBackground } from "./answer/background_responses.ts";
import { isRetrieval, neverReportsUsage, sourceWithoutUsage } from "./request/endpoint_usage.ts";
import { errorInside, errorName, type ProviderError, providerError } from "./answer/provider_error.ts";
import { estimateInputTokens } from "./tokens/input_tokens.ts";
import { limitHeaders } from "./answer/rate_limit_headers.ts";
import type { AttemptPlan, AttemptResult, Permit } from "./recorder.ts";
import { mayBeRetried } from "./retry_advice.ts";
import { streamFacts } from "./answer/stream_facts.ts";
import { StreamCopy } from "./answer/stream_copy.ts";
import { textTokens, whenTokenizerReady } from "./tokens/text_tokens.ts";
import { type BodyFacts, bodyFacts, usageAtEnd } from "./answer/usage_parser.ts";

export class Attempt {
  readonly #plan: AttemptPlan;
  readonly #permit: Permit;
  readonly #now: () => number;
  /** It only looks at what was made before: the usage that it is shown was counted then. */
  readonly #reads: boolean;
  readonly #question: string | null;
  readonly #sentAt: number;
  #status: number | null = null;
  #limitHeaders: AttemptResult["limit_headers"] = {};
  #firstByteAt: number | null = null;
  #stream: StreamCopy | null = null;
  #settled = false;
  #isFinal = false;

  /**
   * @param now milliseconds of any clock that does not stand: only differences are used.
   * @param method of the request; a GET is shown usage, but uses nothing.
   * @param question the request's JSON, for an estimate.
   */
  constructor(plan: AttemptPlan, permit: Permit, now: () => number, method = "POST", question: string | null = null) {
    this.#question = question;
    this.#plan = plan;
    this.#permit = permit;
    this.#now = now;
    this.#reads = isRetrieval(method, plan.endpoint);
    this.#sentAt = now();
  }

  /**
   * The account has no quota left: to try again is in vain, and each try counts. The SDK does so all the same, unless it is
   * told by {@link SHOULD_RETRY_HEADER}.
   */
  get isFinal(): boolean {
    return this.#isFinal;
  }

  /** The response's head has come. */
  head(status: number, header: (name: string) => string | null | undefined): void {
    this.#status = status;
    this.#limitHeaders = limitHeaders(status, header);
    this.#firstByteAt = this.#now();
    if (this.#permit.begun && status < 300 && header("content-type")?.startsWith("text/event-stream")) {
      this.#permit.begun();
    }
  }

  /** The whole body, as text, of a response that is no stream. */
  body(text: string): void {
    const parsed = parse(text);
    if (this.#status! >= 400) return this.#failed(parsed === undefined ? null : providerError(parsed));
    const facts = bodyFacts(parsed);
    const error = errorInside(parsed);
    const outcome = error ? "failed" : "ok";
    if (this.#reads && !(facts.usage && endsBackground(parsed))) {
      return this.#settle("ok", null, noTokens(), "none", facts);
    }
    if (facts.usage) return this.#settle(outcome, error, facts.usage, "counted", facts);
    noteBackground(parsed);
    if (!error && parsed && neverReportsUsage(this.#plan.endpoint)) return this.#settleEstimate("ok", null, "", facts);
    // A body that is no JSON is an HTML page with a 200, or a file: what it cost nobody can say.
    this.#settle(outcome, error, noTokens(), facts.has_no_tokens ? "none" : sourceWithoutUsage(this.#plan), facts);
  }

  /** The end of a body too large to be read whole. */
  largeBody(end: string): void {
    if (this.#status! >= 400) return this.#failed(null);
    const usage = this.#reads ? null : usageAtEnd(end);
    if (usage) this.#settle("ok", null, usage, "counted");
    else this.#settleUnknown("ok", null);
  }

  /** It has ended well, in a form that cannot be read from here. */
  unreadable(): void {
    this.#settleUnknown("ok", null);
  }

  /** Bytes of a stream, as they pass. */
  chunk(bytes: Uint8Array): void {
    (this.#stream ??= new StreamCopy()).add(bytes);
  }

  /** The stream has ended by itself. */
  streamEnded(): void {
    this.#endStream("ok");
  }

  /** The caller has left. */
  aborted(): void {
    if (this.#isStreaming) this.#endStream("aborted");
    else this.#settleUnknown("aborted", null);
  }

  /** The line died, or the upstream fell silent, after the request was sent. */
  broke(error_code: string): void {
    if (this.#isStreaming) this.#endStream("failed", error_code);
    else this.#settleUnknown("failed", error_code);
  }

  /** The response's body will not be read by anyone: nothing more can be known. */
  unread(): void {
    if (this.#status !== null && this.#status >= 400) this.#failed(null);
    else this.#settleUnknown("unknown", null);
  }

  /** The caller has let go of the response without reading it to its end. */
  dropped(): void {
    if (this.#isStreaming) this.#endStream("unknown");
    else this.unread();
  }

  /**
   * It never left this machine.
   *
   * @param reason what is wrong with the upstream; `null` when nothing is.
   */
  unsent(reason: string | null): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#permit.release(reason);
  }

  /** The provider has begun to answer with a stream, so it has read the question at least. */
  get #isStreaming(): boolean {
    return this.#stream !== null || (this.#plan.stream && this.#status !== null && this.#status < 400);
  }

  #failed(error: ProviderError | null): void {
    this.#isFinal = error !== null && !mayBeRetried(this.#status!, error);
    this.#settle("failed", error, noTokens(), "none");
  }

  #settleUnknown(outcome: AttemptOutcome, error_code: string | null): void {
    const error = error_code ? { code: error_code, type: null, message: null } : null;
    this.#settle(outcome, error, noTokens(), sourceWithoutUsage(this.#plan));
  }

  #endStream(outcome: AttemptOutcome, error_code: string | null = null): void {
    if (this.#settled) return;
    const facts = streamFacts(this.#stream ?? new StreamCopy());
    this.#stream = null;
    const error = facts.error ?? (error_code && !facts.done ? { code: error_code, type: null, message: null } : null);
    const end = facts.error ? "failed" : facts.done ? "ok" : outcome;
    if (this.#reads && !(facts.usage && endsBackground({ id: facts.id }))) {
      return this.#settle(end, error, noTokens(), "none", facts);
    }
    if (facts.usage) return this.#settle(end, error, facts.usage, "counted", facts);
    if (facts.has_no_tokens) return this.#settle(end, error, noTokens(), "none", facts);
    if (facts.error && facts.output_estimate === 0) return this.#settle(end, error, noTokens(), "none", facts);
    // Ended, and not one event in it: a page of HTML or the like. What it cost nobody can say.
    if (outcome === "ok" && facts.events === 0) return this.#settleUnknown("ok", null);
    // Of sound, pictures and threads the text is not what costs.
    if (this.#plan.tokens === 0) return this.#settle(end, error, noTokens(), sourceWithoutUsage(this.#plan), facts);
    this.#settleEstimate(end, error, facts.answer, facts);
  }

  /** By the question, and the answer as far as it passed. The first waits until the tokenizer is there. */
  #settleEstimate(outcome: AttemptOutcome, error: ProviderError | null, answer: string, facts: Named): void {
    if (this.#settled) return;
    this.#settled = true;
    const question = this.#question;
    const result = this.#result(outcome, error, noTokens(), "estimated", facts);
    const settle = () => {
      const input = (question === null ? null : estimateInputTokens(question)) ?? this.#plan.input_tokens;
      const output = textTokens(answer);
      const usage = { ...noTokens(), input_tokens: input, output_tokens: output, total_tokens: input + output };
      this.#permit.settle({ ...result, usage });
    };
    if (question === null && answer === "") settle();
    else whenTokenizerReady(settle);
  }

  #settle(
    outcome: AttemptOutcome,
    error: ProviderError | null,
    usage: TokenUsage,
    usage_source: UsageSource,
    facts: Named = UNNAMED,
  ): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#permit.settle(this.#result(outcome, error, usage, usage_source, facts));
  }

  #result(
    outcome: AttemptOutcome,
    error: ProviderError | null,
    usage: TokenUsage,
    usage_source: UsageSource,
    facts: Named,
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
      latency_ms: Math.round(this.#now() - this.#sentAt),
      first_byte_ms: this.#firstByteAt === null ? null : Math.round(this.#firstByteAt - this.#sentAt),
      limit_headers: this.#limitHeaders,
    };
  }
}

type Named = Pick<BodyFacts, "model" | "service_tier">;
const UNNAMED: Named = { model: null, service_tier: null };

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
