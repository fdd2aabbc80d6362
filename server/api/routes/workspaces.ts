/** `GET /api/quota/workspaces` */
import { WorkspaceList } from "../../../shared/api.ts";
import { decisiveLimit, usedShare } from "../../../shared/ui/meters/decisive_limit.ts";
import { tightest } from "../../../shared/ui/meters/tightest.ts";
import { EVERY_WORKSPACE } from "../../access/gate.ts";
import type { StoredKey } from "../../access/key.ts";
import type { Tracker } from "../../tracker/tracker.ts";
import { limitOf, PAGE_QUERY } from "../page.ts";
import { STATUS_EXAMPLE } from "../status_example.ts";
import { route } from "../route.ts";
import { workspaceId } from "../workspace_id.ts";

export const workspaces = route({
  method: "GET",
  path: "/api/quota/workspaces",
  tag: "Status",
  summary: "The workspaces that the key may read, by name, with the share of their tightest limit",
  description: "A key for every workspace sees those that the service has counted calls for.",
  query: PAGE_QUERY,
  access: "read",
  answer: { status: 200, schema: WorkspaceList },
  example: {
    answer: {
      data: [{
        workspace_id: "acme",
        status: "warning",
        percentage: 92,
        cause: STATUS_EXAMPLE.cause,
        tightest: { name: "requests_per_minute", model: null, ...STATUS_EXAMPLE.stats.requests_per_minute! },
        calls: 3204,
        spend: { day_usd: "12.401800000", unpriced_calls: 0 },
      }],
      next_cursor: null,
    },
  },
  problems: ["invalid_request", "invalid_workspace"],
  handle: ({ query, caller }, { tracker }) => {
    const [limit, after] = [limitOf(query), query("cursor")];
    const from = after === undefined ? "" : workspaceId(after);
    // One more than asked for tells whether there is a next page.
    const ids = readable(caller.key, tracker).filter((id) => id > from).sort().slice(0, limit + 1);
    const page = ids.slice(0, limit);
    return { data: page.map((id) => entryOf(id, tracker)), next_cursor: ids.length > limit ? page[limit - 1] : null };
  },
});

function readable(key: StoredKey | null, tracker: Tracker): string[] {
  const isLimited = key?.kind === "read" && !key.workspaces.includes(EVERY_WORKSPACE);
  return isLimited ? [...key.workspaces] : [...tracker.workspaceIds];
}

function entryOf(workspace_id: string, tracker: Tracker): WorkspaceList["data"][number] {
  const status = tracker.status(workspace_id);
  const limit = tightest(status);
  const budget = decisiveLimit(status)?.budget;
  return {
    workspace_id,
    status: status.status,
    percentage: usedShare(status),
    cause: status.cause,
    tightest: limit && { name: limit.name, model: limit.model ?? null, ...limit.meter },
    ...(budget ? { budget } : {}),
    calls: status.usage.calls,
    ...(status.spend ? { spend: status.spend } : {}),
  };
}
