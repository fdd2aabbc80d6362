/** Writes a ledger with a week of attempts and their history, through the ledger's port. */
import { attemptId } from "../../../server/attempts/recorder.ts";
import type { HistoricLedger } from "../../../server/ledger/history/port.ts";
import { openLedger } from "../../../server/ledger/open.ts";
import type { AttemptRow } from "../../../server/ledger/ledger.ts";
import { usdNanos } from "../../../shared/money/money.ts";

export const WEEK_MS = 7 * 24 * 3_600_000;
const WORKSPACES = 20;
const MODELS = ["gpt-5.4", "gpt-5.4-mini", "text-embedding-4"];
const APPS = ["chat", "nightly", null, "agents"];

/** Concurrent appends. */
const BATCH = 20_000;

/** How many attempts have these values: one in so many, spread evenly. */
export const ONE_IN = { failed: 97, aborted: 1_009, retry: 211, priority: 5_003, eval_run: 50_021, filtered: 970_679 };

/** The value of a field of exactly one attempt, in the middle of the week. */
export const UNIQUE = "one-of-a-kind";

/** Writes so many attempts, spread evenly over the week that ends now. */
export async function writeLedger(folder: string, attempts: number): Promise<void> {
  const ledger = await openLedger(`sqlite:${folder}/quota.db`);
  await historyIsComplete(ledger);
  const now = Date.now();
  for (let from = 0; from < attempts; from += BATCH) {
    const size = Math.min(BATCH, attempts - from);
    const at = (index: number) => Math.floor(now - WEEK_MS * (1 - (from + index) / attempts));
    await Promise.all(
      Array.from({ length: size }, (_, index) => {
        const row = attempt(from + index, at(index));
        const unique = from + index === attempts >> 1;
        return ledger.append({ kind: "attempt", row: unique ? { ...row, ...UNIQUE_FIELDS } : row });
      }),
    );
  }
  await historyIsComplete(ledger);
  await ledger.close();
}

/** The provider's id of the attempt at a place in the ledger. */
export function requestId(index: number): string {
  const part = (factor: number) => (Math.imul(index + 1, factor) >>> 0).toString(16).padStart(8, "0");
  return `req_${[0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f].map(part).join("")}`;
}

const UNIQUE_FIELDS = {
  model: UNIQUE,
  app: UNIQUE,
  key_id: UNIQUE,
  endpoint: UNIQUE,
  service_tier: UNIQUE,
  outcome: "unknown",
  error_code: UNIQUE,
  run: UNIQUE,
  request_id: UNIQUE,
  call_id: UNIQUE,
} as const;

/** A reader brings the sums up to the last attempt. From then on they are kept as attempts are committed. */
async function historyIsComplete({ history }: HistoricLedger): Promise<void> {
  const nothing = {
    workspaces: [],
    filters: {},
    starts_ms: [0],
    end_ms: 1,
    unit: "quarter",
    by: null,
    top: 1,
  } as const;
  while ((await history.sums(nothing)).pending_attempts > 0);
}

function attempt(index: number, started_at_ms: number): AttemptRow {
  const is = (kind: keyof typeof ONE_IN) => index % ONE_IN[kind] === 0;
  const id = attemptId(started_at_ms);
  const failed = is("failed");
  return {
    id,
    call_id: is("retry") ? requestId(index) : id,
    retry: is("retry") ? 1 : 0,
    workspace_id: `team-${index % WORKSPACES}`,
    endpoint: "chat/completions",
    model: MODELS[index % MODELS.length],
    app: APPS[index % APPS.length],
    stream: index % 2 === 0,
    started_at_ms,
    latency_ms: 200 + index % 5_000,
    first_byte_ms: 100 + index % 900,
    outcome: failed ? "failed" : is("aborted") ? "aborted" : "ok",
    http_status: failed ? 429 : 200,
    error_code: failed ? errorCode(index) : null,
    service_tier: is("priority") ? "priority" : "default",
    usage: { input_tokens: 200, cached_input_tokens: 0, output_tokens: 100, reasoning_tokens: 0, total_tokens: 300 },
    usage_source: "counted",
    key_id: `key-${index % WORKSPACES}`,
    run: is("eval_run") ? "eval" : index % 10 === 3 ? `run-${Math.floor(index / 20_000)}` : null,
    request_id: requestId(index),
    cost_usd_nanos: usdNanos(583_700n),
  };
}

function errorCode(index: number): string {
  if (index % ONE_IN.filtered === 0) return "content_filter";
  return index % 2 === 0 ? "rate_limit_exceeded" : "server_error";
}
