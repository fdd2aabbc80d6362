/** What the provider told one workspace's calls: its limits by pool, and what lasts beyond the response that said it. */
import type { Latch } from "../core/verdict.ts";
import { instant } from "../core/meter.ts";
import { errorClass } from "../openai/error_class.ts";
import { type ReportedLimit, reportedLimits, retryAfter } from "../openai/rate_limit_headers.ts";
import type { AttemptResult } from "../openai/recorder.ts";
import type { ProviderLimit, ProviderPool } from "../../shared/quota.ts";

/** Pools kept a workspace: the newest. */
const MOST_POOLS = 20;

/** A pool not heard of for this long is forgotten. */
const FORGET_MS = 24 * 3_600_000;

/** Cool-down after a 429 that names none. */
const DEFAULT_COOL_DOWN_MS = 10_000;

/** Failures in a row before the upstream is said to fail: one 500 is weather. */
const FAILURES_TO_SAY = 3;

/** What is learnt from. */
type Told = Pick<AttemptResult, "outcome" | "http_status" | "error_code" | "error_message" | "limit_headers" | "model">;

export class ProviderMemory {
  #pools = new Map<string, ProviderPool>();
  #latch: Latch | null = null;
  #failures = 0;

  /** The latch that holds at `now_ms`. */
  latch(now_ms: number): Latch | null {
    if (this.#latch?.until_ms != null && this.#latch.until_ms <= now_ms) this.#latch = null;
    return this.#latch;
  }

  pools(now_ms: number): ProviderPool[] {
    for (const [name, pool] of this.#pools) {
      if (Date.parse(pool.observed_at) < now_ms - FORGET_MS) this.#pools.delete(name);
    }
    return [...this.#pools.values()];
  }

  /** Learns from one ended attempt. */
  learn(result: Told, now_ms: number): void {
    this.#observe(result, now_ms);
    if (result.outcome === "ok") {
      this.#failures = 0;
      this.#latch = null;
    } else if (result.outcome === "failed") this.#fail(result, now_ms);
  }

  /** The upstream could not even be reached. */
  unreachable(reason: string): void {
    this.#countFailure(`The upstream cannot be reached: ${reason}`);
  }

  /** Forgets what is latched; observations stay. */
  reset(): void {
    this.#latch = null;
    this.#failures = 0;
  }

  #fail(result: Told, now_ms: number): void {
    const { http_status, error_code: code, error_message: message } = result;
    const kind = http_status === null ? "degraded" : errorClass(http_status, { code, type: null, message });
    if (kind === "quota_exceeded") {
      const sentence =
        "OpenAI refuses calls: the account has no quota left. Whoever pays it can add credit or raise its limit";
      this.#latch = { code: "insufficient_quota", message: sentence, until_ms: null };
    } else if (kind === "rate_limited") {
      const wait = retryAfter(result.limit_headers, now_ms) ?? DEFAULT_COOL_DOWN_MS;
      const sentence = `OpenAI answered 429 (${code ?? "rate limit"})`;
      this.#latch = { code: "provider_rate_limit", message: sentence, until_ms: now_ms + Math.max(1000, wait) };
    } else if (kind === "degraded") {
      this.#countFailure(`OpenAI's answers fail: ${http_status ?? "no answer"}${code ? ` (${code})` : ""}`);
    }
  }

  #countFailure(sentence: string): void {
    this.#failures++;
    if (this.#failures < FAILURES_TO_SAY || (this.#latch && this.#latch.code !== "upstream_failing")) return;
    const message = `${sentence}, ${this.#failures} times in a row`;
    this.#latch = { code: "upstream_failing", message, until_ms: null };
  }

  #observe({ limit_headers, model }: Told, now_ms: number): void {
    const { requests, tokens } = reportedLimits(limit_headers);
    if (!requests && !tokens) return;
    const pool = model ?? "unknown";
    this.#pools.delete(pool);
    this.#pools.set(pool, {
      pool,
      requests: observed(requests, now_ms),
      tokens: observed(tokens, now_ms),
      observed_at: instant(now_ms),
      used_elsewhere: null,
    });
    if (this.#pools.size > MOST_POOLS) this.#pools.delete(this.#pools.keys().next().value!);
  }
}

function observed(limit: ReportedLimit | null, now_ms: number): ProviderLimit | null {
  if (!limit) return null;
  const resets_at = limit.reset_ms === null ? null : instant(now_ms + limit.reset_ms);
  return { limit: limit.limit, remaining: limit.remaining, resets_at };
}
