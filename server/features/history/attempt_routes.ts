/** The routes of single attempts. */
import type { Route } from "../../api/route.ts";
import { limitOf, PAGE_QUERY } from "../../api/page.ts";
import { ProblemError } from "../../core/problem_error.ts";
import { AttemptPage } from "../../../shared/history/history.ts";
import {
  type AttemptPlace,
  type AttemptSearch,
  type FoundAttempt,
  SEARCHED_FIELDS,
} from "../../ledger/history/search.ts";
import type { FeatureDeps } from "../feature.ts";
import { attemptBody } from "./attempt_body.ts";
import { ATTEMPT_PAGE_EXAMPLE } from "./examples.ts";
import { unavailable } from "./history_routes.ts";
import { FILTER_QUERY, filtersOf, instantsOf, RANGE_QUERY, workspacesOf } from "./parameters.ts";
import { attemptLine, type ExportFormat, linesAs } from "./tables.ts";

type Request = Parameters<Route["handle"]>[0];
type Deps = Pick<FeatureDeps, "ledger" | "clock" | "tracker">;

/** Attempts of an export that are read at a time. */
const EXPORT_PAGE = 1_000;

export const attemptPageRoute = {
  method: "GET",
  path: "/api/quota/attempts",
  tag: "History",
  summary: "Finished attempts that were searched for, the last started first",
  description:
    "Attempts are kept for `QUOTA_RETENTION_DAYS`. A search of many attempts may answer with fewer than `limit`, even " +
    "with none, and a `next_cursor`: it goes on from there. It has ended when `next_cursor` is `null`.",
  query: {
    ...RANGE_QUERY,
    ...FILTER_QUERY,
    error_code: "Only attempts with this error.",
    run: "Only attempts of this run.",
    call_id: "Only attempts of this call.",
    request_id: "Only the attempt that the provider gave this id.",
    ...PAGE_QUERY,
  },
  access: "read",
  answer: { status: 200, schema: AttemptPage },
  example: { answer: ATTEMPT_PAGE_EXAMPLE },
  problems: ["invalid_request", "invalid_workspace", "ledger_unavailable"],
} as const satisfies Omit<Route, "handle">;

export async function attemptPage(request: Request, { ledger, clock, tracker }: Deps): Promise<AttemptPage> {
  const limit = limitOf(request.query);
  const search = searchOf(request, clock.now());
  await tracker.flushed();
  // One more than asked for tells whether there is a next page.
  const { attempts, resume } = await ledger.history.search({ ...search, limit: limit + 1, before: cursorOf(request) })
    .catch(unavailable);
  const page = attempts.slice(0, limit);
  const next = attempts.length > limit ? placeOf(page.at(-1)!) : resume;
  return { data: page.map(({ row }) => attemptBody(row)), next_cursor: next && cursor(next) };
}

/** A stream, so that an export of millions of attempts takes the memory of one page. */
export async function attemptExport(
  format: ExportFormat,
  request: Request,
  { ledger, clock, tracker }: Deps,
): Promise<ReadableStream<Uint8Array>> {
  const search = searchOf(request, clock.now());
  await tracker.flushed();
  const read = (before?: AttemptPlace) => ledger.history.search({ ...search, limit: EXPORT_PAGE, before });
  // The first page is read before the answer begins, so that a failure has its status.
  let page = await read().catch(unavailable);
  let isFirst = true;
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { attempts, resume } = page;
      const lines = attempts.map(({ row }) => attemptLine(attemptBody(row)));
      controller.enqueue(encoder.encode(linesAs(format, lines, isFirst)));
      isFirst &&= lines.length === 0;
      const next = attempts.length === EXPORT_PAGE ? placeOf(attempts.at(-1)!) : resume;
      if (next === null) return controller.close();
      page = await read(next);
    },
  }, { highWaterMark: 0 });
}

function searchOf(request: Request, now_ms: number): Omit<AttemptSearch, "limit" | "before"> {
  const given = SEARCHED_FIELDS.flatMap((name) => {
    const value = request.query(name);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    workspaces: workspacesOf(request),
    filters: filtersOf(request),
    is: Object.fromEntries(given),
    ...instantsOf(request, now_ms),
  };
}

function placeOf({ seq, row: { started_at_ms } }: FoundAttempt): AttemptPlace {
  return { started_at_ms, seq };
}

function cursor({ started_at_ms, seq }: AttemptPlace): string {
  return `${started_at_ms}-${seq}`;
}

const CURSOR = /^(\d{1,15})-(\d{1,15})$/;

function cursorOf({ query }: Request): AttemptPlace | undefined {
  const text = query("cursor");
  if (text === undefined) return undefined;
  const [, started_at_ms, seq] = CURSOR.exec(text) ?? [];
  if (started_at_ms) return { started_at_ms: Number(started_at_ms), seq: Number(seq) };
  const detail = `Cannot list with cursor=${text.slice(0, 40)}: give the next_cursor of the page before`;
  throw new ProblemError("invalid_request", detail);
}
