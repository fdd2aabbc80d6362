/** `GET /api/quota/notifications` */
import { Notifications } from "../../../shared/api.ts";
import { route } from "../route.ts";

const MAX_NOTICES = 50;

export const notifications = route({
  method: "GET",
  path: "/api/quota/notifications",
  tag: "Status",
  summary: "The notices about a workspace, newest first",
  description:
    "One notice per level and window: close to a limit, limit reached, unreliable, recovered. The newest 50.",
  by_workspace: true,
  access: "read",
  answer: { status: 200, schema: Notifications },
  example: {
    answer: {
      workspace_id: "acme",
      notifications: [{
        id: "n-4711",
        workspace_id: "acme",
        level: "warning",
        status: "warning",
        code: "tokens_per_minute",
        title: "Tokens of the minute: 92 % used",
        message: "138000 of 150000 tokens in the last 60 s",
        suggested_action: "Wait until 10:00:31, or ask for a higher limit",
        fix: "wait",
        at: "2026-11-21T09:59:52.000Z",
      }],
    },
  },
  problems: ["ledger_unavailable"],
  handle: async ({ workspace_id }, { ledger }) => ({
    workspace_id,
    notifications: await ledger.notices(workspace_id, MAX_NOTICES),
  }),
});
