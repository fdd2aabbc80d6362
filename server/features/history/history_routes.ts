/** The routes of sums over time. */
import type { Route } from "../../api/route.ts";
import { LedgerError } from "../../ledger/ledger.ts";
import { History } from "../../../shared/history/history.ts";
import { ProblemError } from "../../core/problem_error.ts";
import type { FeatureDeps } from "../feature.ts";
import { HISTORY_EXAMPLE } from "./examples.ts";
import { dimensionOf, FILTER_QUERY, filtersOf, RANGE_QUERY, rangeOf, topOf, workspacesOf } from "./parameters.ts";
import { type Range, stepsOf } from "./steps.ts";
import { type ExportFormat, historyLines, linesAs } from "./tables.ts";

type Request = Parameters<Route["handle"]>[0];
type Deps = Pick<FeatureDeps, "ledger" | "clock" | "config" | "tracker">;

export const historyRoute = {
  method: "GET",
  path: "/api/quota/history",
  tag: "History",
  summary: "Calls, tokens, cost and times, by step and group",
  description:
    "Sums of minutes are kept for 8 days, of hours for 400 days, of days for ever. `cost_usd` is exact for the attempts " +
    "whose price is known; with `unpriced_calls` the real cost is at least that. Percentiles are within 5 %.",
  query: {
    ...RANGE_QUERY,
    step: "`minute`, `hour` or `day`; by default what suits the range. At most 2,000 steps.",
    zone: "The IANA zone in which hours and days begin; by default the service's.",
    by: "Groups by `workspace`, `model`, `app`, `key`, `endpoint`, `tier` or `outcome`.",
    top: "How many groups are shown; the others are one group. 10 by default.",
    ...FILTER_QUERY,
  },
  access: "read",
  answer: { status: 200, schema: History },
  example: { answer: HISTORY_EXAMPLE },
  problems: ["invalid_request", "invalid_workspace", "ledger_unavailable"],
} as const satisfies Omit<Route, "handle">;

export async function historyAnswer(request: Request, { ledger, clock, config, tracker }: Deps): Promise<History> {
  const range = rangeOf(request, clock.now(), config.timezone);
  const [workspaces, by] = [workspacesOf(request), dimensionOf(request)];
  const { starts_ms, end_ms } = stepsOf(range);
  const unit = range.step === "minute" ? "minute" : "quarter";
  const query = { workspaces, filters: filtersOf(request), starts_ms, end_ms, unit, by, top: topOf(request) } as const;
  // Attempts that have ended may still be on the way to the ledger.
  await tracker.flushed();
  const answer = await ledger.history.sums(query).catch(unavailable);
  return { ...headOf(workspaces, range, starts_ms, end_ms), by, ...answer };
}

export async function historyExport(format: ExportFormat, request: Request, deps: Deps): Promise<string> {
  return linesAs(format, historyLines(await historyAnswer(request, deps)), true);
}

function headOf(workspaces: string[] | null, { step, zone }: Range, starts_ms: readonly number[], end_ms: number) {
  const instants = [...starts_ms, end_ms].map((ms) => new Date(ms).toISOString());
  return {
    workspace_id: workspaces?.length === 1 ? workspaces[0] : null,
    from: instants[0],
    to: instants.at(-1)!,
    step,
    zone,
    steps: instants.slice(0, -1),
  };
}

/** @throws {ProblemError} `ledger_unavailable`. */
export function unavailable(error: unknown): never {
  if (!(error instanceof LedgerError)) throw error;
  throw new ProblemError("ledger_unavailable", error.message);
}
