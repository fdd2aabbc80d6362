/** The metrics of limits and statuses, for the workspaces that have series of their own. */
import { METER_NAMES } from "../../../shared/meters.ts";
import type { StatusBody } from "../../../shared/quota.ts";
import type { FeatureDeps } from "../feature.ts";
import type { AttemptCounters } from "./attempt_counters.ts";
import { type Family, gauge, type Sample } from "./exposition.ts";

const STATUSES: StatusBody["status"][] = ["normal", "warning", "rate_limited", "quota_exceeded", "degraded"];

/** Limits of several workspaces have no meaningful sum, so workspaces beyond the bound have none here. */
export function workspaceFamilies({ tracker }: FeatureDeps, { workspaces }: AttemptCounters): Family[] {
  const ids = [...tracker.workspaceIds];
  const bodies = ids.filter((id) => workspaces.has(id)).map((id) => tracker.status(id));
  const limits = (field: "limit" | "current" | "reserved") => bodies.flatMap((body) => meters(body, field));
  return [
    gauge("quota_workspaces", "Workspaces that exist.", ids.length),
    gauge("quota_limit", "The limit in force.", limits("limit")),
    gauge("quota_limit_used", "Requests or tokens that count toward the limit.", limits("current")),
    gauge("quota_limit_reserved", "Requests or tokens held for attempts in flight.", limits("reserved")),
    gauge("quota_budget_usd", "The budget in force.", bodies.flatMap((body) => budgets(body, "limit_usd"))),
    gauge("quota_budget_spent_usd", "Spent of the budget.", bodies.flatMap((body) => budgets(body, "spent_usd"))),
    gauge(
      "quota_budget_reserved_usd",
      "Held of the budget for attempts in flight.",
      bodies.flatMap((body) => budgets(body, "reserved_usd")),
    ),
    gauge("quota_workspace_status", "1 for the status that holds, 0 for the others.", bodies.flatMap(statuses)),
  ];
}

function meters({ workspace_id: workspace, stats }: StatusBody, field: "limit" | "current" | "reserved"): Sample[] {
  return METER_NAMES.flatMap((limit) => {
    const meter = stats[limit];
    return meter ? [{ labels: { workspace, limit }, value: meter[field] }] : [];
  });
}

/** Runs come and go, and Prometheus keeps a series of each: theirs are in the status alone. */
function budgets(
  { workspace_id: workspace, budgets = [] }: StatusBody,
  field: "limit_usd" | "spent_usd" | "reserved_usd",
): Sample[] {
  return budgets.filter(({ scope }) => scope !== "run").map((budget) => {
    const { scope, name = "", period } = budget;
    return { labels: { workspace, scope, name, period }, value: budget[field] };
  });
}

function statuses({ workspace_id: workspace, status: holds }: StatusBody): Sample[] {
  return STATUSES.map((status) => ({ labels: { workspace, status }, value: status === holds ? 1 : 0 }));
}
