/** A tracker, its API and attempts for it, all in memory and under a clock of the test's own. */
import { createApp } from "../../server/app.ts";
import type { Limits } from "../../server/core/limits.ts";
import type { Ledger } from "../../server/ledger/ledger.ts";
import { limitsInMemory, type LimitsStore } from "../../server/limits/limits_file.ts";
import { LimitsKeeper } from "../../server/limits/limits_keeper.ts";
import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { openMemoryLiveStore } from "../../server/live/memory/memory_store.ts";
import { type AttemptPlan, type AttemptResult, isRefusal, type Permit } from "../../server/attempts/recorder.ts";
import { Tracker, type TrackerOptions } from "../../server/tracker/tracker.ts";
import { noTokens } from "../../shared/tokens.ts";
import { assert } from "../support/assert.ts";
import { ManualClock } from "../support/clock.ts";

/** Small enough to fill by hand. */
export const LIMITS: Limits = {
  requests_per_minute: 10,
  requests_per_day: 100,
  tokens_per_minute: 10_000,
  tokens_per_day: null,
};

/** A tracker and all that it stands on. `log` holds the names of the events that it told. */
export interface Bench {
  clock: ManualClock;
  ledger: Ledger;
  tracker: Tracker;
  log: string[];
}

/** Sets up a tracker with {@link LIMITS} that enforces, in UTC. */
export function bench(options: Partial<Omit<TrackerOptions, "clock" | "log">> & { clock?: ManualClock } = {}): Bench {
  const { clock = new ManualClock(), ledger = openMemoryLedger() } = options;
  const log: string[] = [];
  const tracker = new Tracker({
    limits: LIMITS,
    warning_ratio: 0.9,
    mode: "enforce",
    timezone: "UTC",
    live: openMemoryLiveStore(options.timezone ?? "UTC"),
    ...options,
    clock,
    ledger,
    log: (event) => log.push(event),
  });
  return { clock, ledger, tracker, log };
}

let attempts = 0;

/** A new attempt of workspace `acme` that reserves 100 tokens. */
export function plan(over: Partial<AttemptPlan> = {}): AttemptPlan {
  const id = `attempt-${++attempts}`;
  return {
    id,
    call_id: `call-${id}`,
    retry: 0,
    workspace_id: "acme",
    endpoint: "chat/completions",
    model: "gpt-5.4",
    app: null,
    stream: false,
    tokens: 100,
    // What a test holds by number is held whole: a guess at the answer would be bounded by the limits.
    input_tokens: over.tokens ?? 10,
    ...over,
  };
}

/** An answer of 200 that took `total_tokens`. */
export function ok(total_tokens = 100, over: Partial<AttemptResult> = {}): AttemptResult {
  return {
    outcome: "ok",
    http_status: 200,
    error_code: null,
    error_message: null,
    model: null,
    service_tier: null,
    usage: { ...noTokens(), input_tokens: total_tokens, total_tokens },
    usage_source: "counted",
    latency_ms: 5,
    first_byte_ms: 5,
    limit_headers: {},
    ...over,
  };
}

/** A refusal by the provider. */
export function failed(
  http_status: number,
  error_code: string | null,
  over: Partial<AttemptResult> = {},
): AttemptResult {
  return ok(0, { outcome: "failed", http_status, error_code, usage_source: "none", ...over });
}

/** Leave for an attempt that must be granted. */
export function reserve(tracker: Tracker, over: Partial<AttemptPlan> = {}): Permit {
  const decision = tracker.reserve(plan(over));
  assert(!isRefusal(decision), isRefusal(decision) ? decision.message : "");
  return decision;
}

/** One whole attempt: reserved and settled. */
export function send(tracker: Tracker, result: AttemptResult = ok(), over: Partial<AttemptPlan> = {}): void {
  reserve(tracker, over).settle(result);
}

/** The API over a {@link Bench}. */
export function api(of: Bench, admin_reset_key: string | null = "correct-horse", limits = keeper(of)) {
  return createApp({
    ...of,
    limits,
    admin_reset_key,
    version: "1.2.3",
    started_at_ms: of.clock.now(),
    log: (event) => of.log.push(event),
  });
}

/** Limits that are kept for the test alone. */
export function keeper({ tracker, log }: Bench, store: LimitsStore = limitsInMemory()): LimitsKeeper {
  return new LimitsKeeper({ store, log: (event) => log.push(event), apply: (file) => tracker.setLimits(file) });
}

/** A ledger that works until it is told not to. */
export function brittleLedger(): Ledger & { failure: Error | null } {
  const ledger = openMemoryLedger();
  return {
    failure: null,
    append(entry) {
      return this.failure ? Promise.reject(this.failure) : ledger.append(entry);
    },
    write(entry, ended) {
      this.append(entry).then((fresh) => ended(entry, fresh), (error) => ended(entry, error));
    },
    rebuild: (...span) => ledger.rebuild(...span),
    usage: (...span) => ledger.usage(...span),
    notices: (...which) => ledger.notices(...which),
    attempts: (...which) => ledger.attempts(...which),
    close: () => ledger.close(),
  };
}
