/** Reads the parameters of the routes of history. */
import { checkCovered } from "../../api/authorize.ts";
import type { Route } from "../../api/route.ts";
import { workspaceId } from "../../api/workspace_id.ts";
import { EVERY_WORKSPACE } from "../../access/gate.ts";
import { ProblemError } from "../../core/problem_error.ts";
import type { HistoryFilters } from "../../ledger/history/query.ts";
import {
  HISTORY_DIMENSIONS,
  HISTORY_STEPS,
  type HistoryDimension,
  type HistoryStep,
} from "../../../shared/history/history_names.ts";
import { KEPT_DAYS, type Range, usualStep } from "./steps.ts";

type Request = Parameters<Route["handle"]>[0];

const DAY_MS = 86_400_000;

export const RANGE_QUERY = {
  workspace_id: "The workspace. Without it, all that the caller may read.",
  from: "The start, as an ISO 8601 instant; by default a day before the end.",
  to: "The end, which the range does not include; by default now.",
} as const;

export const FILTER_QUERY = {
  model: "Only this model, as it answered. Each filter may be repeated; an empty value asks for attempts without one.",
  app: "Only this app.",
  key: "Only this key of the service, by its id.",
  endpoint: "Only this endpoint, as `chat/completions`.",
  tier: "Only this service tier.",
  outcome: "Only this outcome: `ok`, `failed`, `aborted`, `unknown`; in history also `refused`.",
} as const;

/**
 * The workspaces that a request asks for; `null`: all of them.
 *
 * @throws {ProblemError} for one that the caller's key does not cover.
 */
export function workspacesOf({ query, caller }: Request): string[] | null {
  const named = query("workspace_id");
  if (named !== undefined) {
    const id = workspaceId(named);
    checkCovered(caller, id);
    return [id];
  }
  const { key } = caller;
  if (key === null || key.kind === "admin" || key.workspaces.includes(EVERY_WORKSPACE)) return null;
  return [...key.workspaces];
}

/** @throws {ProblemError} `invalid_request`. */
export function filtersOf({ queries }: Request): HistoryFilters {
  const filters: { [Name in HistoryDimension]?: (string | null)[] } = {};
  for (const name of HISTORY_DIMENSIONS) {
    const values = name === "workspace" ? [] : queries(name);
    if (values.length > 100) throw invalid(name, `${values.length} values`, "at most 100 values");
    if (values.length > 0) filters[name] = values.map((value) => value === "" ? null : value);
  }
  return filters;
}

/**
 * The range that is asked for.
 *
 * @param zone of the service.
 * @throws {ProblemError} `invalid_request`.
 */
export function rangeOf(request: Request, now_ms: number, zone: string): Range {
  const { from_ms, to_ms } = instantsOf(request, now_ms);
  const named = request.query("step");
  if (named !== undefined && !HISTORY_STEPS.includes(named as HistoryStep)) {
    throw invalid("step", named, HISTORY_STEPS.join(", "));
  }
  const step = (named ?? usualStep(to_ms - from_ms)) as HistoryStep;
  if (step !== "day" && from_ms < now_ms - KEPT_DAYS[step] * DAY_MS) {
    throw invalid(
      "from",
      new Date(from_ms).toISOString(),
      `an instant of the last ${KEPT_DAYS[step]} days with step=${step}`,
    );
  }
  return { from_ms, to_ms, step, zone: zoneOf(request, zone) };
}

/** @throws {ProblemError} `invalid_request`. */
export function instantsOf({ query }: Request, now_ms: number): { from_ms: number; to_ms: number } {
  // The calls of this millisecond are included.
  const to_ms = instant("to", query("to")) ?? now_ms + 1;
  const from_ms = instant("from", query("from")) ?? to_ms - DAY_MS;
  if (from_ms >= to_ms) throw invalid("from", new Date(from_ms).toISOString(), "an instant before the end");
  return { from_ms, to_ms };
}

/** @throws {ProblemError} `invalid_request`. */
export function dimensionOf({ query }: Request): HistoryDimension | null {
  const by = query("by");
  if (by === undefined) return null;
  if (HISTORY_DIMENSIONS.includes(by as HistoryDimension)) return by as HistoryDimension;
  throw invalid("by", by, HISTORY_DIMENSIONS.join(", "));
}

/** @throws {ProblemError} `invalid_request`. */
export function topOf({ query }: Request): number {
  const top = query("top") ?? "10";
  if (!/^[1-9]\d?$/.test(top)) throw invalid("top", top, "a whole number from 1 to 99");
  return Number(top);
}

function zoneOf({ query }: Request, zone: string): string {
  const named = query("zone") ?? zone;
  try {
    // Offsets such as +01:00 are zones too, but have no clock changes.
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(named).timeZoneId;
  } catch {
    throw invalid("zone", named, "an IANA zone, such as Europe/Berlin");
  }
}

/** From 1970 to 9999: beyond that, dates have another form. */
const LAST_MS = Date.UTC(9999, 11, 31);
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

function instant(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const ms = INSTANT.test(text) ? Date.parse(text) : NaN;
  if (ms >= 0 && ms <= LAST_MS) return ms;
  throw invalid(name, text, "an ISO 8601 instant with a zone, such as 2026-11-21T10:00:00Z");
}

function invalid(name: string, value: string, rule: string): ProblemError {
  return new ProblemError("invalid_request", `Cannot read history with ${name}=${value.slice(0, 60)}: give ${rule}`);
}
