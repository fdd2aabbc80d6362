/** `GET /api/quota/headroom` */
import { Headroom } from "../../../shared/api.ts";
import { STATUS_EXAMPLE } from "../status_example.ts";
import { route } from "../route.ts";

const { contract, workspace_id, server_time, status, cause, stats } = STATUS_EXAMPLE;

export const headroom = route({
  method: "GET",
  path: "/api/quota/headroom",
  tag: "Status",
  summary: "What is left for a program's next calls, and whether one may be sent now",
  description: "For programs that send calls: an ingest key reads it, too. It has nothing of what others spend.",
  by_workspace: true,
  query: { model: "The model of the next call. Its own limits and its pool at the provider are checked too." },
  access: "own",
  answer: { status: 200, schema: Headroom },
  example: {
    answer: {
      contract,
      workspace_id,
      server_time,
      available: true,
      status,
      retry_after_seconds: null,
      reason: cause?.message ?? null,
      cause,
      stats,
    },
  },
  problems: [],
  handle: ({ workspace_id, query }, { tracker }) => tracker.headroom(workspace_id, query("model") || undefined),
});
