/** `GET` and `PUT /api/quota/limits` */
import { LimitsReport, OwnLimits } from "../../../shared/limits.ts";
import { checkAdminKey } from "../admin_key.ts";
import { route } from "../route.ts";

const shared = {
  path: "/api/quota/limits",
  by_workspace: true,
  admin_header: "X-Admin-Key",
  answer: { status: 200, schema: LimitsReport },
} as const;

export const limits = route({
  ...shared,
  method: "GET",
  summary: "Which limits a workspace and its models have",
  description: "`own` is what is set for it by itself, `limits` and `models` what is in force.",
  problems: ["admin_disabled", "admin_key_wrong"],
  handle: ({ workspace_id, header }, { tracker, admin_reset_key }) => {
    checkAdminKey(admin_reset_key, header("x-admin-key"), "read limits");
    return tracker.limits(workspace_id);
  },
});

export const setLimits = route({
  ...shared,
  method: "PUT",
  summary: "Set a workspace's own limits, and those of its models",
  description:
    "In place of all that was set for it: what is left out is inherited, null is no limit. In force at once, kept in " +
    "the limits file, logged; nothing that is counted or under way is lost.",
  body: OwnLimits,
  problems: ["admin_disabled", "admin_key_wrong", "limits_unwritable"],
  handle: async ({ workspace_id, body, header }, { tracker, limits, admin_reset_key }) => {
    checkAdminKey(admin_reset_key, header("x-admin-key"), "set limits");
    await limits.set(workspace_id, body);
    return tracker.limits(workspace_id);
  },
});
