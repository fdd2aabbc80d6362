/** The answer of a preview in the OpenAPI document. */
import type { LimitsPreview } from "../../../shared/budgets/limits_preview.ts";

const WEEK_BUDGET = {
  scope: "workspace",
  rule: "budget_week",
  mode: "hard",
  limit: "100.000000000",
  refused_calls: 12,
  highest: "103.271400000",
  highest_at: "2026-11-22T21:40:03.120Z",
} as const;

const MINUTE = {
  scope: "workspace",
  rule: "requests_per_minute",
  mode: "hard",
  limit: 500,
  refused_calls: 0,
  highest: 411,
  highest_at: "2026-11-24T09:12:44.018Z",
} as const;

export const PREVIEW_EXAMPLE: LimitsPreview = {
  workspace_id: "acme",
  from: "2026-11-20T20:00:00.000Z",
  to: "2026-11-27T20:00:00.000Z",
  is_complete: true,
  calls: 48_210,
  current: { refused_calls: 0, rules: [MINUTE] },
  proposed: { refused_calls: 97, rules: [{ ...MINUTE, limit: 300, refused_calls: 85 }, WEEK_BUDGET] },
};
