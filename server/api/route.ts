/** One REST route: what it takes and gives, for the router, the validation and the OpenAPI document alike. */
import type * as z from "zod/mini";
import type { Clock } from "../core/clock.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { LimitsDesk } from "../limits/limits_keeper.ts";
import type { Tracker } from "../tracker/tracker.ts";
import type { ProblemCode } from "../../shared/problem.ts";

/** What routes work with. */
export interface ApiDeps {
  tracker: Tracker;
  limits: LimitsDesk;
  ledger: Ledger;
  clock: Clock;
  /** Key of what only an admin may; `null` shuts it. */
  admin_reset_key: string | null;
  version: string;
  /** When the service started, in epoch milliseconds. */
  started_at_ms: number;
}

/** A request that passed its route's checks. */
interface ApiRequest<Body> {
  /** Folded; of the route's `?workspace_id=`, `default` when the caller named none. */
  workspace_id: string;
  body: Body;
  header(name: string): string | undefined;
  param(name: string): string;
  /** One of the route's own {@link Route.query} parameters. */
  query(name: string): string | undefined;
  /** Aborted when the caller leaves. */
  signal: AbortSignal;
}

/** A route's definition. */
export interface Route<Body = unknown> {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Hono's notation: `/things/:id`. */
  path: string;
  summary: string;
  description?: string;
  /** Takes `?workspace_id=`. */
  by_workspace?: boolean;
  /** What it takes in the query besides, all of it optional: names, and what they mean. */
  query?: Readonly<Record<string, string>>;
  /** Header that an admin sends. */
  admin_header?: string;
  body?: z.ZodMiniType<Body>;
  answer: { status: 200 | 201; schema: z.ZodMiniType };
  /** Codes that it can refuse with, besides those of every route. */
  problems: readonly ProblemCode[];
  handle(request: ApiRequest<Body>, deps: ApiDeps): unknown;
}

/** A route with its body's type inferred from its schema. */
export function route<Body>(definition: Route<Body>): Route {
  return definition as Route;
}
