/** Examples for the OpenAPI document. */
import type { AttemptPage, CallBody, History, HistorySums } from "../../../shared/history/history.ts";

const SUMS: HistorySums = {
  calls: 412,
  attempts: 418,
  failed: 6,
  failures: { rate_limited: 4, quota: 0, server: 2, client: 0, network: 0, other: 0 },
  aborted: 0,
  refused: 3,
  estimated_calls: 1,
  unknown_calls: 0,
  unpriced_calls: 0,
  input_tokens: 81_240,
  cached_input_tokens: 35_100,
  output_tokens: 22_816,
  reasoning_tokens: 9_004,
  total_tokens: 104_056,
  charged_tokens: 0,
  cost_usd: "0.374158500",
  latency_ms: { p50: 1_840, p95: 6_120, p99: 9_870 },
  first_byte_ms: { p50: 610, p95: 1_430, p99: 2_200 },
};

export const HISTORY_EXAMPLE: History = {
  workspace_id: "acme",
  from: "2026-11-21T10:00:00.000Z",
  to: "2026-11-21T12:00:00.000Z",
  step: "hour",
  zone: "Europe/Berlin",
  by: "model",
  steps: ["2026-11-21T10:00:00.000Z", "2026-11-21T11:00:00.000Z"],
  groups: [{ group: "gpt-5.4", other: false, totals: SUMS, points: [SUMS, null] }],
  totals: SUMS,
  points: [SUMS, null],
  pending_attempts: 0,
};

export const ATTEMPT_PAGE_EXAMPLE: AttemptPage = {
  data: [{
    id: "8c0f3a52-1f7b-4f1e-9f43-2f0a4e1c7d10",
    call_id: "8c0f3a52-1f7b-4f1e-9f43-2f0a4e1c7d10",
    retry: 0,
    workspace_id: "acme",
    endpoint: "chat/completions",
    model: "gpt-5.4",
    app: "nightly-report",
    stream: false,
    started_at: "2026-11-21T10:00:00.000Z",
    latency_ms: 1_840,
    first_byte_ms: 610,
    outcome: "ok",
    http_status: 200,
    error_code: null,
    service_tier: "default",
    usage: {
      input_tokens: 187,
      cached_input_tokens: 128,
      output_tokens: 342,
      reasoning_tokens: 96,
      total_tokens: 529,
    },
    usage_source: "counted",
    charged_tokens: null,
    requested_model: "gpt-5.4",
    takes_request: true,
    key_id: "k7f3",
    run: "nightly-2026-11-21",
    request_id: "req_8f2c1d",
    usage_parts: null,
    cost_usd: "0.005309500",
    unpriced: null,
    charged_usd: null,
  }],
  next_cursor: "1795255200000-4821",
};

const [ATTEMPT] = ATTEMPT_PAGE_EXAMPLE.data;

export const CALL_EXAMPLE: CallBody = {
  call_id: ATTEMPT.call_id,
  workspace_id: ATTEMPT.workspace_id,
  attempts: [ATTEMPT],
  cost_usd: ATTEMPT.cost_usd,
  unpriced_attempts: 0,
  usage: ATTEMPT.usage,
};
