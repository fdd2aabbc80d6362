/** Rules that decide under a limit of tokens a minute which calls pass: three simple ones, and the tracker. */
import { isRefusal, type Permit } from "../../../server/attempts/recorder.ts";
import { openMemoryLedger } from "../../../server/ledger/memory/memory.ts";
import { openMemoryLiveStore } from "../../../server/live/memory/memory_store.ts";
import { Tracker } from "../../../server/tracker/tracker.ts";
import { noTokens } from "../../../shared/tokens.ts";
import { ManualClock } from "../../support/clock.ts";
import type { Call } from "./traffic.ts";

export interface TokenRule {
  /** Whether a call passes that is sent now. */
  passes(call: Call): boolean;
  /** A call that has passed ends now. */
  ends(call: Call): void;
}

const MINUTE_MS = 60_000;

/** The output tokens that a call can ask for at most. */
export const CAP = 4096;

/** Output tokens that the gateway reserves for a request without a cap, and at most for one with a cap. */
const GUESS = 500;
const MAX_GUESS = 4000;

/** The tokens of the last minute, to the millisecond. */
export class RollingMinute {
  sum = 0;
  readonly #entries: { at_ms: number; tokens: number; left: boolean }[] = [];
  #next = 0;

  /** Adds tokens and returns a function that replaces them by others, while they are in the minute. */
  add(at_ms: number, tokens: number): (tokens: number) => void {
    this.advance(at_ms);
    const entry = { at_ms, tokens, left: false };
    this.#entries.push(entry);
    this.sum += tokens;
    return (by) => {
      if (!entry.left) this.sum += by - entry.tokens;
      entry.tokens = by;
    };
  }

  advance(now_ms: number): void {
    for (
      let entry = this.#entries[this.#next];
      entry?.at_ms <= now_ms - MINUTE_MS;
      entry = this.#entries[++this.#next]
    ) {
      entry.left = true;
      this.sum -= entry.tokens;
    }
  }

  /** Whether so many tokens more fit. */
  fits(now_ms: number, tokens: number, limit: number): boolean {
    this.advance(now_ms);
    return this.sum === 0 || this.sum + tokens <= limit;
  }
}

export function tokensOf({ input_tokens, output_tokens }: Call): number {
  return input_tokens + output_tokens;
}

/** Knows every answer before it is there: the best possible. */
export function knowing(limit: number): TokenRule {
  const minute = new RollingMinute();
  return {
    passes(call) {
      const fits = minute.fits(call.at_ms, tokensOf(call), limit);
      if (fits) minute.add(call.at_ms, tokensOf(call));
      return fits;
    },
    ends() {},
  };
}

/** Reserves the largest possible answer, and replaces it when the call ends. */
export function worstCase(limit: number): TokenRule {
  const minute = new RollingMinute();
  const open = new Map<Call, (tokens: number) => void>();
  return {
    passes(call) {
      const reserved = call.input_tokens + CAP;
      const fits = minute.fits(call.at_ms, reserved, limit);
      if (fits) open.set(call, minute.add(call.at_ms, reserved));
      return fits;
    },
    ends(call) {
      open.get(call)?.(tokensOf(call));
      open.delete(call);
    },
  };
}

/** Counts a call when it has ended, and refuses while the minute is full. */
export function chargingAfter(limit: number): TokenRule {
  const minute = new RollingMinute();
  return {
    passes(call) {
      minute.advance(call.at_ms);
      return minute.sum < limit;
    },
    ends: (call) => void minute.add(call.end_ms, tokensOf(call)),
  };
}

/** The tracker, as the gateway calls it. @param cap that each request names; `null` for none. */
export function tracker(limit: number, cap: number | null): TokenRule {
  const clock = new ManualClock();
  const start_ms = clock.now();
  const permits = new Map<Call, Permit>();
  const service = new Tracker({
    clock,
    ledger: openMemoryLedger(),
    live: openMemoryLiveStore("UTC"),
    limits: { requests_per_minute: null, requests_per_day: null, tokens_per_minute: limit, tokens_per_day: null },
    warning_ratio: 0.9,
    mode: "enforce",
    timezone: "UTC",
  });
  const guess = cap === null ? GUESS : Math.min(cap, MAX_GUESS);
  const goTo = (at_ms: number) => clock.advance(Math.max(0, start_ms + at_ms - clock.now()));
  let attempts = 0;
  return {
    passes(call) {
      goTo(call.at_ms);
      const id = `attempt-${++attempts}`;
      const decision = service.reserve({ ...PLAN, id, call_id: id, ...reservation(call, guess), output_cap: cap });
      if (isRefusal(decision)) return false;
      permits.set(call, decision);
      return true;
    },
    ends(call) {
      goTo(call.end_ms);
      permits.get(call)!.settle(result(call));
      permits.delete(call);
    },
  };
}

const PLAN = {
  retry: 0,
  workspace_id: "acme",
  endpoint: "chat/completions",
  model: "gpt-5.4",
  app: null,
  stream: false,
};

function reservation({ input_tokens }: Call, guess: number) {
  return { input_tokens, tokens: input_tokens + guess };
}

function result(call: Call) {
  const { input_tokens, output_tokens } = call;
  return {
    outcome: "ok" as const,
    http_status: 200,
    error_code: null,
    error_message: null,
    model: null,
    service_tier: null,
    usage: { ...noTokens(), input_tokens, output_tokens, total_tokens: tokensOf(call) },
    usage_source: "counted" as const,
    latency_ms: call.end_ms - call.at_ms,
    first_byte_ms: null,
    limit_headers: {},
  };
}
