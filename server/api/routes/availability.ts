/** `GET /api/quota/availability` */
import { Availability } from "../../../shared/api.ts";
import { route } from "../route.ts";

export const availability = route({
  method: "GET",
  path: "/api/quota/availability",
  summary: "May a call be sent now, and if not, when",
  by_workspace: true,
  answer: { status: 200, schema: Availability },
  problems: [],
  handle: ({ workspace_id }, { tracker }) => tracker.availability(workspace_id),
});
