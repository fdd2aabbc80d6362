/** `GET` and `PUT /api/quota/limits` */
import { LimitsReport, OwnLimits } from "../../../shared/limits.ts";
import { entry } from "../../access/store.ts";
import { route } from "../route.ts";

const LIMITS_EXAMPLE: LimitsReport = {
  workspace_id: "acme",
  own: { requests_per_minute: 300, models: { "gpt-5.4": { tokens_per_minute: 50_000 } } },
  limits: { requests_per_minute: 300, requests_per_day: 10_000, tokens_per_minute: 150_000, tokens_per_day: null },
  models: [{
    model: "gpt-5.4",
    limits: { requests_per_minute: null, requests_per_day: null, tokens_per_minute: 50_000, tokens_per_day: null },
  }],
};

const shared = {
  tag: "Limits",
  example: { answer: LIMITS_EXAMPLE },
  path: "/api/quota/limits",
  by_workspace: true,
  access: "admin",
  takes_reset_key: true,
  answer: { status: 200, schema: LimitsReport },
} as const;

export const limits = route({
  ...shared,
  method: "GET",
  summary: "The limits of a workspace and of its models",
  description: "`own` has the limits that are set for this workspace; `limits` and `models` have those in force.",
  problems: ["admin_disabled", "admin_key_wrong"],
  handle: ({ workspace_id }, { tracker }) => tracker.limits(workspace_id),
});

export const setLimits = route({
  ...shared,
  method: "PUT",
  summary: "Set a workspace's own limits and those of its models",
  description:
    "Replaces all limits set for the workspace: one that is left out is inherited, null means unlimited. The new limits " +
    "apply immediately, are written to the limits file, and are logged. Counts and calls under way are kept.",
  body: OwnLimits,
  example: { body: LIMITS_EXAMPLE.own, answer: LIMITS_EXAMPLE },
  problems: ["admin_disabled", "admin_key_wrong", "limits_unwritable"],
  handle: async ({ workspace_id, body, caller }, { tracker, limits, audit, clock }) => {
    await limits.set(workspace_id, body);
    audit.audit(entry(caller, clock.now(), "limits_set", workspace_id, body));
    return tracker.limits(workspace_id);
  },
});
