/** One attempt from its permit to its end: watches the response, whichever transport carries it, and settles once. */
import type { AttemptOutcome } from "../../shared/api.ts";
import { noTokens, type TokenUsage, type UsageSource } from "../../shared/usage.ts";
import { type ProviderError, providerError } from "./error_class.ts";
import { limitHeaders } from "./rate_limit_headers.ts";
import type { AttemptPlan, AttemptResult, Permit } from "./recorder.ts";
import { streamFacts } from "./stream_facts.ts";
import { StreamText } from "./stream_text.ts";
import { bodyFacts, usageAtEnd } from "./usage_parser.ts";

export class Attempt {
  readonly #plan: AttemptPlan;
  readonly #permit: Permit;
  readonly #now: () => number;
  readonly #sentAt: number;
  #status: number | null = null;
  #limitHeaders: AttemptResult["limit_headers"] = {};
  #firstByteAt: number | null = null;
  #stream: StreamText | null = null;
  #settled = false;

  /** @param now milliseconds of any clock that does not stand: only differences are used. */
  constructor(plan: AttemptPlan, permit: Permit, now: () => number) {
    this.#plan = plan;
    this.#permit = permit;
    this.#now = now;
    this.#sentAt = now();
  }

  /** The response's head has come. */
  head(status: number, header: (name: string) => string | null | undefined): void {
    this.#status = status;
    this.#limitHeaders = limitHeaders(header);
    this.#firstByteAt = this.#now();
  }

  /** The whole body, as text, of a response that is no stream. */
  body(text: string): void {
    const parsed = parse(text);
    if (this.#status! >= 400) return this.#failed(parsed === undefined ? null : providerError(parsed));
    const facts = bodyFacts(parsed);
    if (facts.usage) return this.#settle("ok", null, facts.usage, "counted", facts);
    // A body that is no JSON is an HTML page with a 200, or a file: what it cost nobody can say.
    this.#settle("ok", null, noTokens(), this.#plan.tokens > 0 ? "unknown" : "none", facts);
  }

  /** The end of a body too large to be read whole. */
  largeBody(end: string): void {
    if (this.#status! >= 400) return this.#failed(null);
    const usage = usageAtEnd(end);
    if (usage) this.#settle("ok", null, usage, "counted");
    else this.#settleUnknown("ok", null);
  }

  /** Bytes of a stream, as they pass. */
  chunk(bytes: Uint8Array): void {
    (this.#stream ??= new StreamText()).add(bytes);
  }

  /** The stream has ended by itself. */
  streamEnded(): void {
    this.#endStream("ok");
  }

  /** The caller has left. */
  aborted(): void {
    if (this.#stream) this.#endStream("aborted");
    else this.#settleUnknown("aborted", null);
  }

  /** The line died, or the upstream fell silent, after the request was sent. */
  broke(error_code: string): void {
    if (this.#stream) this.#endStream("failed", error_code);
    else this.#settleUnknown("failed", error_code);
  }

  /** The response's body will not be read by anyone: nothing more can be known. */
  unread(): void {
    if (this.#status !== null && this.#status >= 400) this.#failed(null);
    else this.#settleUnknown("unknown", null);
  }

  /** It never left this machine. */
  unsent(reason: string): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#permit.release(reason);
  }

  #failed(error: ProviderError | null): void {
    this.#settle("failed", error, noTokens(), "none");
  }

  #settleUnknown(outcome: AttemptOutcome, error_code: string | null): void {
    const error = error_code ? { code: error_code, type: null, message: null } : null;
    this.#settle(outcome, error, noTokens(), this.#plan.tokens > 0 ? "unknown" : "none");
  }

  #endStream(outcome: AttemptOutcome, error_code: string | null = null): void {
    if (this.#settled) return;
    const facts = streamFacts(this.#stream ?? new StreamText());
    this.#stream = null;
    const error = facts.error ?? (error_code ? { code: error_code, type: null, message: null } : null);
    const end = facts.error ? "failed" : outcome;
    if (facts.usage) return this.#settle(end, error, facts.usage, "counted", facts);
    if (facts.error && facts.output_estimate === 0) return this.#settle(end, error, noTokens(), "none", facts);
    this.#settle(end, error, this.#estimate(facts.output_estimate), "estimated", facts);
  }

  /** What was reserved for the input, plus the answer as far as it passed. */
  #estimate(output: number): TokenUsage {
    const input = this.#plan.input_tokens;
    return { ...noTokens(), input_tokens: input, output_tokens: output, total_tokens: input + output };
  }

  #settle(
    outcome: AttemptOutcome,
    error: ProviderError | null,
    usage: TokenUsage,
    usage_source: UsageSource,
    facts: { model: string | null; service_tier: string | null } = { model: null, service_tier: null },
  ): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#permit.settle({
      outcome,
      http_status: this.#status,
      error_code: error?.code ?? error?.type ?? null,
      error_message: error?.message ?? null,
      model: facts.model ?? this.#plan.model,
      service_tier: facts.service_tier,
      usage,
      usage_source,
      latency_ms: Math.round(this.#now() - this.#sentAt),
      first_byte_ms: this.#firstByteAt === null ? null : Math.round(this.#firstByteAt - this.#sentAt),
      limit_headers: this.#limitHeaders,
    });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
