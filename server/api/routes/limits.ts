/** `GET` and `PUT /api/quota/limits` */
import { LimitsReport, WorkspaceSettings } from "../../../shared/limits.ts";
import { sha256 } from "../../attempts/request/sha256.ts";
import { entry } from "../../access/store.ts";
import { route } from "../route.ts";

const LIMITS_EXAMPLE: LimitsReport = {
  workspace_id: "acme",
  own: {
    requests_per_minute: 300,
    budgets: { day: "20", month: "400" },
    budget_mode: "hard",
    models: { "gpt-5.4": { tokens_per_minute: 50_000 } },
    runs: { "*": { budgets: { day: "1.50" } } },
  },
  limits: { requests_per_minute: 300, requests_per_day: 10_000, tokens_per_minute: 150_000, tokens_per_day: null },
  models: [{
    model: "gpt-5.4",
    limits: { requests_per_minute: null, requests_per_day: null, tokens_per_minute: 50_000, tokens_per_day: null },
  }],
  budgets: [
    { scope: "workspace", period: "day", mode: "hard", limit_usd: "20.000000000" },
    { scope: "workspace", period: "month", mode: "hard", limit_usd: "400.000000000" },
    { scope: "run", name: "*", period: "day", mode: "hard", limit_usd: "1.500000000" },
  ],
};

const shared = {
  tag: "Limits",
  example: { answer: LIMITS_EXAMPLE },
  path: "/api/quota/limits",
  by_workspace: true,
  access: "admin",
  takes_reset_key: true,
  answer: { status: 200, schema: LimitsReport },
} as const;

export const limits = route({
  ...shared,
  method: "GET",
  summary: "The limits of a workspace and of its models",
  description:
    "`own` has the limits and budgets that are set for this workspace; `limits`, `models` and `budgets` have " +
    "those in force, with temporary raises. The header `etag` identifies `own`.",
  problems: ["admin_disabled", "admin_key_wrong"],
  handle: ({ workspace_id, setHeader }, { tracker }) => withTag(tracker.limits(workspace_id), setHeader),
});

export const setLimits = route({
  ...shared,
  method: "PUT",
  summary: "Set a workspace's own limits and those of its models",
  description:
    "Replaces all limits set for the workspace: one that is left out is inherited, null means unlimited. `prices` that are " +
    "left out stay as they are, an empty list removes them. The new limits " +
    "apply immediately, are written to the limits file, and are logged. Counts, money spent and calls under way are kept. " +
    "With the `etag` that was read in the header `if-match`, limits that another admin has set since then are not " +
    "replaced: the answer is then 412 `limits_changed`.",
  body: WorkspaceSettings,
  example: { body: LIMITS_EXAMPLE.own, answer: LIMITS_EXAMPLE },
  problems: ["admin_disabled", "admin_key_wrong", "limits_changed", "limits_unwritable"],
  handle: async ({ workspace_id, body, caller, header, setHeader }, { tracker, limits, audit, clock }) => {
    const expected = header("if-match");
    await limits.set(workspace_id, body, (before) => expected === undefined || matches(expected, before));
    audit.audit(entry(caller, clock.now(), "limits_set", workspace_id, body));
    return withTag(tracker.limits(workspace_id), setHeader);
  },
});

function withTag(report: LimitsReport, setHeader: (name: string, value: string) => void): LimitsReport {
  setHeader("etag", tagOf(report.own));
  return report;
}

/** Whether the tags of an `if-match` header have that of the limits. */
function matches(header: string, own: WorkspaceSettings): boolean {
  const tags = header.split(",").map((tag) => tag.trim());
  return tags.includes("*") || tags.includes(tagOf(own));
}

function tagOf(own: WorkspaceSettings): string {
  return `"${sha256(JSON.stringify(own), 32)}"`;
}
