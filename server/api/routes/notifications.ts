/** `GET /api/quota/notifications` */
import { Notifications } from "../../../shared/api.ts";
import { route } from "../route.ts";

const MAX_NOTICES = 50;

export const notifications = route({
  method: "GET",
  path: "/api/quota/notifications",
  summary: "The notices about a workspace, newest first",
  description:
    "One notice per level and window: close to a limit, limit reached, unreliable, recovered. The newest 50.",
  by_workspace: true,
  access: "read",
  answer: { status: 200, schema: Notifications },
  problems: ["ledger_unavailable"],
  handle: async ({ workspace_id }, { ledger }) => ({
    workspace_id,
    notifications: await ledger.notices(workspace_id, MAX_NOTICES),
  }),
});
