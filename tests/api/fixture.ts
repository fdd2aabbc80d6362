/** A tracker and its API in memory, with a clock that the test controls, and attempts for them. */
import { createApp } from "../../server/app.ts";
import type { Limits } from "../../server/core/limits.ts";
import type { HistoricLedger } from "../../server/ledger/history/port.ts";
import type { ProblemListener } from "../../server/ledger/ledger.ts";
import { limitsInMemory, type LimitsStore } from "../../server/limits/limits_file.ts";
import { LimitsKeeper } from "../../server/limits/limits_keeper.ts";
import { openMemoryLedger } from "../../server/ledger/memory/memory.ts";
import { openMemoryLiveStore } from "../../server/live/memory/memory_store.ts";
import { type AttemptPlan, type AttemptResult, isRefusal, type Permit } from "../../server/attempts/recorder.ts";
import { Tracker } from "../../server/tracker/tracker.ts";
import type { TrackerOptions } from "../../server/tracker/tracker_options.ts";
import { noTokens } from "../../shared/tokens.ts";
import { assert } from "../support/assert.ts";
import { accessParts } from "../support/access.ts";
import { ManualClock } from "../support/clock.ts";

/** Small limits, which a test can fill with a few calls. */
export const LIMITS: Limits = {
  requests_per_minute: 10,
  requests_per_day: 100,
  tokens_per_minute: 10_000,
  tokens_per_day: null,
};

/** A tracker with its clock and ledger. `log` has the names of the logged events. */
export interface Bench {
  clock: ManualClock;
  ledger: HistoricLedger;
  tracker: Tracker;
  log: string[];
}

/** Creates a tracker with {@link LIMITS} in `enforce` mode and UTC. */
type BenchOptions = Partial<Omit<TrackerOptions, "clock" | "log" | "ledger"> & Pick<Bench, "clock" | "ledger">>;

export function bench(options: BenchOptions = {}): Bench {
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
    // A number given by the test is reserved in full: an estimate of the answer would be bounded by the limits.
    input_tokens: over.tokens ?? 10,
    ...over,
  };
}

/** The result of a call that succeeded with `total_tokens`. */
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

/** The result of a call that the provider refused. */
export function failed(
  http_status: number,
  error_code: string | null,
  over: Partial<AttemptResult> = {},
): AttemptResult {
  return ok(0, { outcome: "failed", http_status, error_code, usage_source: "none", ...over });
}

/** Reserves for an attempt, and asserts that it is not refused. */
export function reserve(tracker: Tracker, over: Partial<AttemptPlan> = {}): Permit {
  const decision = tracker.reserve(plan(over));
  assert(!isRefusal(decision), isRefusal(decision) ? decision.message : "");
  return decision;
}

/** Reserves for an attempt and settles it. */
export function send(tracker: Tracker, result: AttemptResult = ok(), over: Partial<AttemptPlan> = {}): void {
  reserve(tracker, over).settle(result);
}

/** The admin key of {@link api}, which works on every route of an admin. */
export const ADMIN_KEY = "correct-horse-battery";

/** The API of a {@link Bench}. */
export function api(of: Bench, reset_key: string | null = "correct-horse", limits = keeper(of)) {
  return createApp({
    ...of,
    ...accessParts({ now: () => of.clock.now(), reset_key, admin_key: reset_key && ADMIN_KEY }),
    limits,
    version: "1.2.3",
    started_at_ms: of.clock.now(),
    log: (event) => of.log.push(event),
  });
}

/** A keeper with a store in memory. */
export function keeper({ tracker, log }: Bench, store: LimitsStore = limitsInMemory()): LimitsKeeper {
  return new LimitsKeeper({ store, log: (event) => log.push(event), apply: (file) => tracker.setLimits(file) });
}

/** A ledger in memory that fails while `failure` is set, and whose problems the test reports. */
export function brittleLedger(): HistoricLedger & { failure: Error | null; report: ProblemListener } {
  const ledger = openMemoryLedger();
  return {
    failure: null,
    report: () => {},
    onProblem(listener) {
      this.report = listener;
    },
    append(entry) {
      return this.failure ? Promise.reject(this.failure) : ledger.append(entry);
    },
    write(entry, ended) {
      this.append(entry).then((fresh) => ended(entry, fresh), (error) => ended(entry, error));
    },
    rebuild: (...span) => ledger.rebuild(...span),
    spend: (...span) => ledger.spend(...span),
    corrections: (...span) => ledger.corrections(...span),
    usage: (...span) => ledger.usage(...span),
    notices: (...which) => ledger.notices(...which),
    attempts: (...which) => ledger.attempts(...which),
    history: ledger.history,
    prune: (before_ms) => ledger.prune(before_ms),
    close: () => ledger.close(),
  };
}
