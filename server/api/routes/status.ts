/** `GET /api/quota/status` */
import { StatusBody } from "../../../shared/quota.ts";
import { STATUS_EXAMPLE } from "../status_example.ts";
import { route } from "../route.ts";

export const status = route({
  method: "GET",
  path: "/api/quota/status",
  tag: "Status",
  summary: "The status of a workspace: what is left of each limit, and why",
  by_workspace: true,
  access: "read",
  answer: { status: 200, schema: StatusBody },
  example: { answer: STATUS_EXAMPLE },
  problems: [],
  handle: ({ workspace_id }, { tracker }) => tracker.status(workspace_id),
});
