/** `GET /api/quota/availability` */
import { Availability } from "../../../shared/api.ts";
import { route } from "../route.ts";

export const availability = route({
  method: "GET",
  path: "/api/quota/availability",
  summary: "May a call be sent now, and if not, when",
  description:
    "Without a model, of a call of some model or other: one model's full limit is told as status and reason, " +
    "but shuts nothing, since others are open. With `?model=`, of a call of that model alone.",
  by_workspace: true,
  query: { model: "The call's model: its own limits and its pool at the provider decide, too." },
  answer: { status: 200, schema: Availability },
  problems: [],
  handle: ({ workspace_id, query }, { tracker }) => tracker.availability(workspace_id, query("model") || undefined),
});
