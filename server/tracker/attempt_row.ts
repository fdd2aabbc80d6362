/** From a plan and its end to the ledger's row. */
import type { AttemptRow } from "../ledger/ledger.ts";
import { hasKnownTokens } from "../ledger/rollup.ts";
import type { AttemptPlan, AttemptResult } from "../attempts/recorder.ts";
import { noTokens } from "../../shared/tokens.ts";

/** The row of an attempt that ended so. */
export function attemptRow(plan: AttemptPlan, result: AttemptResult, started_at_ms: number): AttemptRow {
  return {
    id: plan.id,
    call_id: plan.call_id,
    retry: plan.retry,
    workspace_id: plan.workspace_id,
    endpoint: plan.endpoint,
    model: result.model ?? plan.model,
    app: plan.app,
    stream: plan.stream,
    started_at_ms,
    latency_ms: result.latency_ms,
    first_byte_ms: result.first_byte_ms,
    outcome: result.outcome,
    http_status: result.http_status,
    error_code: result.error_code,
    service_tier: result.service_tier,
    usage: result.usage,
    usage_source: result.usage_source,
  };
}

/** Tokens that count toward the limits: what is unknown adds none, and says so elsewhere. */
export function countedTokens(row: AttemptRow): number {
  return hasKnownTokens(row) ? row.usage.total_tokens : 0;
}

/** The end of an attempt of which nobody told. */
export function unknownResult(plan: AttemptPlan, latency_ms: number): AttemptResult {
  return {
    outcome: "unknown",
    http_status: null,
    error_code: null,
    error_message: null,
    model: plan.model,
    service_tier: null,
    usage: noTokens(),
    usage_source: "unknown",
    latency_ms,
    first_byte_ms: null,
    limit_headers: {},
  };
}
