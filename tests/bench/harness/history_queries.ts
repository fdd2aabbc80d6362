/** The questions of a dashboard to a ledger of `writeLedger`, as paths of the service. */
import { requestId, UNIQUE } from "./big_ledger.ts";

interface NamedQuery {
  name: string;
  path: string;
}

/** Searches for values of a field: one that no attempt has, one that one has, and one that many have. */
interface FieldSearches {
  field: string;
  none: string;
  one: string;
  many: string;
}

export interface HistoryQueries {
  history: NamedQuery[];
  searches: NamedQuery[];
  fields: FieldSearches[];
}

/** @param attempts how many the ledger has. */
export function historyQueries(attempts: number): HistoryQueries {
  return { history: sums(), searches: searches(), fields: weekSearches(attempts) };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function pathOf(route: string, span_ms: number, query: Record<string, string>): string {
  const from = new Date(Date.now() - span_ms).toISOString();
  return `/api/quota/${route}?${new URLSearchParams({ from, ...query })}`;
}

function sums(): NamedQuery[] {
  const history = (name: string, span_ms: number, query: Record<string, string>): NamedQuery => {
    return { name, path: pathOf("history", span_ms, { zone: "Europe/Berlin", ...query }) };
  };
  const one = { workspace_id: "team-7" };
  return [
    history("a workspace by model, the last hour by minute", HOUR_MS, { ...one, step: "minute", by: "model" }),
    history("a workspace by model, 12 hours by minute", 12 * HOUR_MS, { ...one, step: "minute", by: "model" }),
    history("a workspace by model, a day by hour", DAY_MS, { ...one, step: "hour", by: "model" }),
    history("a workspace by outcome, a week by hour", 7 * DAY_MS, { ...one, step: "hour", by: "outcome" }),
    history("a workspace, 30 days by day", 30 * DAY_MS, { ...one, step: "day", by: "app" }),
    history("all workspaces, the last 3 hours by minute", 3 * HOUR_MS, { step: "minute", by: "workspace" }),
    history("all workspaces, a week by hour", 7 * DAY_MS, { step: "hour", by: "workspace" }),
    history("one model of all workspaces, a week by day", 7 * DAY_MS, { step: "day", model: "gpt-5.4" }),
  ];
}

/** The pages that a search shows first: those of the dashboard have 200 attempts. */
const PAGE = { limit: "200" };

function weekSearches(attempts: number): FieldSearches[] {
  const search = (query: Record<string, string>) => pathOf("attempts", 7 * DAY_MS, { ...PAGE, ...query });
  const field = (name: string, many: string, one = UNIQUE): FieldSearches => {
    return {
      field: name,
      none: search({ [name]: "none" }),
      one: search({ [name]: one }),
      many: search({ [name]: many }),
    };
  };
  return [
    field("model", "gpt-5.4"),
    field("app", "chat"),
    field("key", "key-3"),
    field("endpoint", "chat/completions"),
    field("tier", "priority"),
    field("outcome", "failed", "unknown"),
    field("error_code", "server_error"),
    field("run", "eval"),
    field("request_id", requestId(attempts - 1), requestId(attempts >> 2)),
    field("call_id", requestId(0), UNIQUE),
  ];
}

function searches(): NamedQuery[] {
  const search = (name: string, span_ms: number, query: Record<string, string>): NamedQuery => {
    return { name, path: pathOf("attempts", span_ms, { ...PAGE, ...query }) };
  };
  const one = { workspace_id: "team-7" };
  return [
    search("the last attempts of a workspace", DAY_MS, one),
    search("an error code with ten attempts, a week", 7 * DAY_MS, { error_code: "content_filter" }),
    search("failures of a workspace and model, a week", 7 * DAY_MS, { ...one, outcome: "failed", model: "gpt-5.4" }),
    search("failures of a run, a week", 7 * DAY_MS, { outcome: "failed", run: "eval" }),
    search("a workspace's attempts of a run, a week", 7 * DAY_MS, { ...one, run: "eval" }),
    search("a request id that there is not, the last hour", HOUR_MS, { request_id: "none" }),
  ];
}
