/** `GET` and `PUT /api/quota/limits` */
import { LimitsReport, OwnLimits } from "../../../shared/limits.ts";
import { entry } from "../../access/store.ts";
import { route } from "../route.ts";

const shared = {
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
  problems: ["admin_disabled", "admin_key_wrong", "limits_unwritable"],
  handle: async ({ workspace_id, body, caller }, { tracker, limits, audit, clock }) => {
    await limits.set(workspace_id, body);
    audit.audit(entry(caller, clock.now(), "limits_set", workspace_id, body));
    return tracker.limits(workspace_id);
  },
});
