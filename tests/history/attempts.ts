/** Random entries of a ledger: attempts that end late, repeats of an entry, retries, refused calls and resets. */
import { usdNanos } from "../../shared/money/money.ts";
import type { AttemptRow, LedgerEntry } from "../../server/ledger/ledger.ts";
import type { Random } from "../chaos/random.ts";

/** The days of the attempts: both clock changes of each zone lie in them. */
export const SPAN = { from_ms: Date.parse("2026-03-01T00:00:00Z"), to_ms: Date.parse("2026-11-15T00:00:00Z") };

const HOUR_MS = 3_600_000;
const MODELS = ["gpt-5.4", "gpt-5.4-mini", "gpt-4o", "<b>bold</b>", null] as const;
const OUTCOMES = { ok: 80, failed: 12, aborted: 5, unknown: 3 };
const SOURCES = { counted: 80, estimated: 8, none: 6, unknown: 6 };
const FAULTS = ["insufficient_quota", "timeout", "rate_limit_exceeded", "server_error", null] as const;

export class RandomEntries {
  readonly #random: Random;
  readonly #count: number;
  #made = 0;
  #last: AttemptRow | null = null;

  constructor(random: Random, count: number) {
    this.#random = random;
    this.#count = count;
  }

  /** The next entries: an attempt, and sometimes others. */
  next(): LedgerEntry[] {
    const random = this.#random;
    const row = this.#attempt();
    const entries: LedgerEntry[] = [{ kind: "attempt", row }];
    // A client that got no answer reports an attempt again.
    if (random.chance(0.01)) entries.push({ kind: "attempt", row });
    const { workspace_id, model, app, started_at_ms: at_ms } = row;
    const id = `other-${this.#made}`;
    if (random.chance(0.005)) {
      const refused = { model, app, key_id: row.key_id ?? null, endpoint: row.endpoint, calls: random.int(1, 9) };
      entries.push({ kind: "refusals", row: { id, workspace_id, at_ms, ...refused } });
    }
    if (random.chance(0.0005)) {
      entries.push({ kind: "reset", row: { id, workspace_id, at_ms, scope: random.pick(["minute", "day"] as const) } });
    }
    return entries;
  }

  #attempt(): AttemptRow {
    const random = this.#random;
    const id = `attempt-${String(this.#made++).padStart(8, "0")}`;
    const isRetry = this.#last !== null && random.chance(0.08);
    const input_tokens = random.int(0, 4000);
    const output_tokens = random.int(0, 1500);
    const usage_source = random.weighted(SOURCES);
    const model = random.pick(MODELS);
    const outcome = random.weighted(OUTCOMES);
    const row: AttemptRow = {
      id,
      call_id: isRetry ? this.#last!.call_id : id,
      retry: isRetry ? this.#last!.retry + 1 : 0,
      workspace_id: random.pick(["acme", "beta", "gamma", "default"]),
      endpoint: random.pick(["chat/completions", "responses", "embeddings"]),
      model,
      requested_model: model,
      app: random.pick(["nightly", "", `=1+1,"x"`, null]),
      key_id: random.pick(["k1", "k2", null]),
      run: null,
      stream: random.chance(0.4),
      started_at_ms: this.#start(),
      latency_ms: random.int(0, 90_000),
      first_byte_ms: random.chance(0.7) ? random.int(0, 9_000) : null,
      outcome,
      http_status: outcome === "failed" ? random.pick([400, 429, 500, null]) : 200,
      error_code: outcome === "failed" ? random.pick(FAULTS) : null,
      service_tier: random.pick(["default", "flex", null]),
      usage: {
        input_tokens,
        cached_input_tokens: random.int(0, input_tokens),
        output_tokens,
        reasoning_tokens: random.int(0, output_tokens),
        total_tokens: input_tokens + output_tokens,
      },
      usage_source,
      charged_tokens: usage_source === "unknown" ? random.int(0, 8000) : null,
      takes_request: true,
      request_id: null,
      usage_parts: null,
      cost_usd_nanos: random.chance(0.05) ? null : usdNanos(BigInt(random.int(0, 900_000_000))),
      unpriced: null,
      charged_usd_nanos: null,
    };
    this.#last = row;
    return row;
  }

  /** Most attempts end soon after their start, some hours and a few days later. */
  #start(): number {
    const random = this.#random;
    const now_ms = SPAN.from_ms + (SPAN.to_ms - SPAN.from_ms) * (this.#made / (this.#count + 1));
    const late_ms = random.chance(0.01) ? random.int(0, 72 * HOUR_MS) : random.int(0, HOUR_MS / 6);
    return Math.max(SPAN.from_ms, Math.floor(now_ms) - late_ms);
  }
}
