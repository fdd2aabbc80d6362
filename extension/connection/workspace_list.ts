/** The workspaces that the stored key may read, and the one of them that is closest to a limit. */
import * as z from "zod/mini";
import type { ListedWorkspace } from "../../shared/workspace.ts";
import { parseJson } from "./parse.ts";
import { readBounded, request } from "./rest.ts";
import type { Target } from "./target.ts";

const Listed = z.object({
  data: z.array(z.object({
    workspace_id: z.string(),
    status: z.string(),
    percentage: z.nullable(z.number()),
  })),
});

/** Another workspace replaces the one that is shown only when it is this much fuller, in percent of a limit. */
const MARGIN = 5;

const BLOCKED = ["rate_limited", "quota_exceeded"];

/** Asks the service once, for at most 1,000. Empty where it gives no list, as services of older versions. */
export async function listWorkspaces(
  target: Target,
  signal: AbortSignal,
  fetch_: typeof fetch = fetch,
): Promise<ListedWorkspace[]> {
  try {
    const url = `${target.server_url}/api/quota/workspaces?limit=1000`;
    const response = await request(url, "GET", target, signal, fetch_);
    const list = Listed.safeParse(parseJson(await readBounded(response)));
    return response.status === 200 && list.success ? list.data.data : [];
  } catch {
    return [];
  }
}

/** The fullest first, those whose calls are refused before all others; by name where they are equal. */
export function byTightness(workspaces: readonly ListedWorkspace[]): ListedWorkspace[] {
  return [...workspaces].sort((a, b) => rank(b) - rank(a) || a.workspace_id.localeCompare(b.workspace_id));
}

/**
 * The workspace to show when the one closest to a limit is wanted. Shares move with each call, so that the one on show stays
 * until another is clearly closer.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tightestOf } from "./workspace_list.ts";
 *
 * const acme = { workspace_id: "acme", status: "normal", percentage: 40 };
 * const blue = { workspace_id: "blue", status: "normal", percentage: 43 };
 * assert.equal(tightestOf([acme, blue], "acme"), "acme");
 * assert.equal(tightestOf([acme, { ...blue, percentage: 45 }], "acme"), "blue");
 * ```
 */
export function tightestOf(workspaces: readonly ListedWorkspace[], shown: string): string {
  const [tightest] = byTightness(workspaces);
  if (!tightest) return shown;
  const current = workspaces.find(({ workspace_id }) => workspace_id === shown);
  return current && rank(tightest) < rank(current) + MARGIN ? shown : tightest.workspace_id;
}

function rank({ status, percentage }: ListedWorkspace): number {
  return (BLOCKED.includes(status) ? 1000 : 0) + Math.min(100, percentage ?? -1);
}
