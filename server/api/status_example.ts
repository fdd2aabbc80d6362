/** A status for the examples of the OpenAPI document: the tokens of the minute are almost used. */
import { CONTRACT } from "../../shared/contract.ts";
import type { StatusBody } from "../../shared/quota.ts";

const NOW = "2026-11-21T10:00:00.000Z";

/** The totals of the day until then. */
export const TOTALS_EXAMPLE = {
  calls: 3204,
  attempts: 3241,
  failed: 37,
  estimated_calls: 12,
  input_tokens: 2_803_400,
  cached_input_tokens: 1_120_000,
  output_tokens: 611_250,
  reasoning_tokens: 204_800,
  total_tokens: 3_414_650,
  charged_tokens: 18_200,
  since: "2026-11-21T00:00:00.000Z",
};

export const STATUS_EXAMPLE: StatusBody = {
  contract: CONTRACT,
  workspace_id: "acme",
  status: "warning",
  seq: 4711,
  server_time: NOW,
  cause: {
    code: "tokens_per_minute",
    message: "138000 of 150000 tokens in the last 60 s",
    source: "counted",
    since: "2026-11-21T09:59:52.000Z",
    until: "2026-11-21T10:00:31.000Z",
    fix: "wait",
  },
  warning_ratio: 0.9,
  stats: {
    requests_per_minute: minute(123, 3, 500, 25.2),
    requests_per_day: {
      ...minute(3204, 3, 10_000, 32.1),
      window: "calendar_day",
      resets_at: "2026-11-22T00:00:00.000Z",
    },
    tokens_per_minute: minute(129_000, 9000, 150_000, 92),
    tokens_per_day: null,
  },
  budgets: [{
    scope: "workspace",
    period: "month",
    mode: "hard",
    spent_usd: "312.408117250",
    reserved_usd: "0.120000000",
    limit_usd: "400.000000000",
    percentage: 78.1,
    resets_at: "2026-12-01T00:00:00.000Z",
    unpriced_calls: 0,
  }],
  spend: { day_usd: "14.207500000", unpriced_calls: 0 },
  shadow: [{
    scope: "workspace",
    rule: "budget_day",
    limit: "10.000000000",
    would_refuse: 12,
    since: "2026-11-21T08:00:00.000Z",
  }],
  provider: [{
    pool: "gpt-5.4",
    requests: { limit: 500, remaining: 341, resets_at: "2026-11-21T10:00:19.000Z" },
    tokens: { limit: 200_000, remaining: 48_200, resets_at: "2026-11-21T10:00:45.000Z" },
    observed_at: "2026-11-21T09:59:58.000Z",
    used_elsewhere: { requests: 33, tokens: 13_800 },
  }],
  usage: TOTALS_EXAMPLE,
};

function minute(current: number, reserved: number, limit: number, percentage: number) {
  return {
    current,
    reserved,
    limit,
    remaining: limit - current - reserved,
    percentage,
    window: "rolling_60s" as const,
    resets_at: "2026-11-21T10:01:00.000Z",
    available_at: null,
  };
}
