/** `GET /api/quota/status` */
import { ObservedStatusBody } from "../../../shared/budgets/observed_status.ts";
import { STATUS_EXAMPLE } from "../status_example.ts";
import { route } from "../route.ts";

export const status = route({
  method: "GET",
  path: "/api/quota/status",
  tag: "Status",
  summary: "The status of a workspace: what is left of each limit, and why",
  description:
    "An admin also reads, for each of the provider's pools, what each workspace sent with the same credentials.",
  by_workspace: true,
  access: "read",
  answer: { status: 200, schema: ObservedStatusBody },
  example: { answer: STATUS_EXAMPLE },
  problems: [],
  handle: ({ workspace_id, caller }, { tracker }) => tracker.status(workspace_id, caller.kind === "admin"),
});
