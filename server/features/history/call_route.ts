/** The route of one call. */
import type { Route } from "../../api/route.ts";
import { ProblemError } from "../../core/problem_error.ts";
import type { AttemptRow } from "../../ledger/ledger.ts";
import { ATTEMPT_ID_PATTERN, ATTEMPT_ID_RULE } from "../../../shared/attempt_fields.ts";
import { CallBody } from "../../../shared/history/history.ts";
import { addUsd, formatUsd, type UsdNanos, ZERO_USD } from "../../../shared/money/money.ts";
import { TOKEN_FIELDS } from "../../../shared/tokens.ts";
import type { FeatureDeps } from "../feature.ts";
import { attemptBody } from "./attempt_body.ts";
import { CALL_EXAMPLE } from "./examples.ts";
import { unavailable } from "./history_routes.ts";
import { workspacesOf } from "./parameters.ts";

type Request = Parameters<Route["handle"]>[0];
type Deps = Pick<FeatureDeps, "ledger" | "tracker">;

export const callRoute = {
  method: "GET",
  path: "/api/quota/calls/:call_id",
  tag: "History",
  summary: "One call: its attempts, its usage and its cost",
  description:
    "The gateway's answers have the id in `x-quota-call-id`; a caller may choose it with the same header. It is there when " +
    "the first attempt has ended, for `QUOTA_RETENTION_DAYS`. Encode the id: a slash in it is `%2F`. An ingest key reads the calls of its workspace.",
  query: {
    workspace_id: "The workspace of the call. Without it, the newest call of that id that the caller may read.",
  },
  access: "own",
  answer: { status: 200, schema: CallBody },
  example: { params: { call_id: CALL_EXAMPLE.call_id }, answer: CALL_EXAMPLE },
  problems: ["invalid_request", "invalid_workspace", "not_found", "ledger_unavailable"],
} as const satisfies Omit<Route, "handle">;

export async function callAnswer(request: Request, { ledger, tracker }: Deps): Promise<CallBody> {
  const call_id = callIdOf(request);
  const workspaces = workspacesOf(request);
  // An attempt that has ended may still be on the way to the ledger.
  await tracker.flushed();
  const found = (await ledger.history.call(call_id, workspaces).catch(unavailable)).map(({ row }) => row);
  if (found.length === 0) throw notFound(call_id);
  const [{ workspace_id }] = found;
  return callBody(call_id, found.filter((row) => row.workspace_id === workspace_id).reverse());
}

/** @param rows of one workspace. */
function callBody(call_id: string, rows: readonly AttemptRow[]): CallBody {
  const costs = rows.map(({ cost_usd_nanos }) => cost_usd_nanos ?? null).filter((cost) => cost !== null);
  return {
    call_id,
    workspace_id: rows[0].workspace_id,
    attempts: rows.map(attemptBody),
    cost_usd: costs.length === 0 ? null : formatUsd(costs.reduce<UsdNanos>(addUsd, ZERO_USD)),
    unpriced_attempts: rows.length - costs.length,
    usage: usageOf(rows),
  };
}

function usageOf(rows: readonly AttemptRow[]): CallBody["usage"] {
  const sums = TOKEN_FIELDS.map((name) => [name, rows.reduce((sum, { usage }) => sum + usage[name], 0)]);
  return Object.fromEntries(sums);
}

function callIdOf({ param }: Request): string {
  const call_id = param("call_id");
  if (ATTEMPT_ID_PATTERN.test(call_id)) return call_id;
  throw new ProblemError("invalid_request", `Cannot find call ${call_id.slice(0, 80)}: an id has ${ATTEMPT_ID_RULE}`);
}

function notFound(call_id: string): ProblemError {
  const detail =
    `Cannot find call ${call_id}: no attempt of it has ended, it is older than the ledger keeps attempts, or ` +
    "it belongs to a workspace that the key does not cover";
  return new ProblemError("not_found", detail);
}
