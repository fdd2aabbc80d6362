/** `GET /api/quota/availability` */
import { Availability } from "../../../shared/api.ts";
import { route } from "../route.ts";

export const availability = route({
  method: "GET",
  path: "/api/quota/availability",
  tag: "Status",
  summary: "Whether a call may be sent now, and if not, when",
  description:
    "Without `?model=`, a full limit of one model appears as status and reason, but `available` stays true, because " +
    "other models can still be called. With `?model=`, the answer is for calls to that model.",
  by_workspace: true,
  query: { model: "The model of the call. Its own limits and its pool at the provider are checked too." },
  access: "read",
  answer: { status: 200, schema: Availability },
  example: {
    answer: {
      available: false,
      status: "rate_limited",
      retry_after_seconds: 12,
      reason: "150000 of 150000 tokens in the last 60 s",
    },
  },
  problems: [],
  handle: ({ workspace_id, query }, { tracker }) => tracker.availability(workspace_id, query("model") || undefined),
});
