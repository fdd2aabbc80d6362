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

/** Shorter ones would be over before anyone saw them. */
const SHORTEST_COOL_DOWN_MS = 1000;

/** Failures in a row before the upstream is said to fail: one 500 is weather. */
const FAILURES_TO_SAY = 3;

/** What is learnt from. */
type Told = Pick<AttemptResult, "outcome" | "http_status" | "error_code" | "error_message" | "limit_headers" | "model">;

/** One workspace's memory of the provider. */
export class ProviderMemory {
  #pools = new Map<string, ProviderPool>();
  #latch: Latch | null = null;
  #latched_at_ms = 0;
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
  learn(result: Told, started_at_ms: number, now_ms: number): void {
    this.#observe(result, now_ms);
    if (result.outcome === "ok") this.#succeed(started_at_ms);
    else if (result.outcome === "failed") this.#fail(result, now_ms);
  }

  /** The upstream could not even be reached. */
  unreachable(reason: string, now_ms: number): void {
    this.#countFailure(`The upstream cannot be reached: ${reason}`, now_ms);
  }

  /** Forgets what is latched; observations stay. */
  reset(): void {
    this.#latch = null;
    this.#failures = 0;
  }

  #succeed(started_at_ms: number): void {
    this.#failures = 0;
    // A call that was under way before says nothing of what holds since.
    if (started_at_ms >= this.#latched_at_ms) this.#latch = null;
  }

  #fail(result: Told, now_ms: number): void {
    const { http_status, error_code: code, error_message: message } = result;
    const kind = http_status === null ? "degraded" : errorClass(http_status, { code, type: null, message });
    if (kind === "quota_exceeded") {
      const sentence =
        "OpenAI refuses calls: the account has no quota left. Whoever pays it can add credit or raise its limit";
      this.#hold({ code: "insufficient_quota", message: sentence, until_ms: null }, now_ms);
    } else if (kind === "rate_limited") {
      this.#coolDown(`OpenAI answered 429 (${code ?? "rate limit"})`, result, now_ms);
    } else if (kind === "degraded") {
      this.#countFailure(`OpenAI's answers fail: ${http_status ?? "no answer"}${code ? ` (${code})` : ""}`, now_ms);
    }
  }

  #coolDown(message: string, { limit_headers }: Told, now_ms: number): void {
    const held = this.latch(now_ms);
    if (held?.code === "insufficient_quota") return;
    const wait = retryAfter(limit_headers, now_ms) ?? DEFAULT_COOL_DOWN_MS;
    // Of two that overlap, the longer holds.
    const until_ms = Math.max(now_ms + Math.max(SHORTEST_COOL_DOWN_MS, wait), held?.until_ms ?? 0);
    this.#hold({ code: "provider_rate_limit", message, until_ms }, now_ms);
  }

  #countFailure(sentence: string, now_ms: number): void {
    this.#failures++;
    const held = this.latch(now_ms);
    if (this.#failures < FAILURES_TO_SAY || (held && held.code !== "upstream_failing")) return;
    const message = `${sentence}, ${this.#failures} times in a row`;
    this.#hold({ code: "upstream_failing", message, until_ms: null }, now_ms);
  }

  #hold(latch: Latch, now_ms: number): void {
    this.#latch = latch;
    this.#latched_at_ms = now_ms;
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
