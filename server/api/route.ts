/** The definition of a REST route, used by the router, the validation and the OpenAPI document. */
import type * as z from "zod/mini";
import type { AccessControl, Caller } from "../access/access_control.ts";
import type { Access } from "../access/gate.ts";
import type { Keyring } from "../access/keyring.ts";
import type { Pairing } from "../access/pairing.ts";
import type { Sessions } from "../access/sessions.ts";
import type { AccessStore } from "../access/store.ts";
import type { Tickets } from "../access/tickets.ts";
import type { Clock } from "../core/clock.ts";
import type { HistoricLedger } from "../ledger/history/port.ts";
import type { PricingSource } from "../core/pricing.ts";
import type { EditableLimits } from "../limits/limits_keeper.ts";
import type { CallRate } from "./call_rate.ts";
import type { Tracker } from "../tracker/tracker.ts";
import type { ProblemCode } from "../../shared/problem.ts";

/** The parts of the service that the routes use. */
export interface ApiDeps {
  tracker: Tracker;
  limits: EditableLimits;
  /** Of a JSON body; 1 MiB by default. */
  max_body_bytes?: number;
  /** The certificate's state; `null` where the service speaks HTTP. */
  tls?: { readonly failing: boolean; readonly expires_at_ms: number } | null;
  /** The prices of calls; absent where none are known. */
  prices?: PricingSource;
  ledger: HistoricLedger;
  clock: Clock;
  access: AccessControl;
  keyring: Keyring;
  pairing: Pairing;
  tickets: Tickets;
  sessions: Sessions;
  /** Bounds the calls of each key; without it they are not bounded. */
  calls?: CallRate;
  /** Keeps the audit trail. */
  audit: Pick<AccessStore, "audit" | "auditTrail">;
  version: string;
  /** When the service started, in epoch milliseconds. */
  started_at_ms: number;
}

/** The groups of the OpenAPI document, in its order, each with its description. */
export const TAGS = {
  Status: "How much is left, what was used, and why calls are refused.",
  History: "What was used, what it cost, and single attempts.",
  Limits: "The limits of a workspace and of its models, and resets.",
  "Tracked clients":
    "Reservations before attempts, and reports after them, from programs that call the provider directly.",
  Access: "Keys, pairing codes for browsers, sessions of the dashboard, tickets for WebSockets, and the audit trail.",
  Health: "The state of the service, for people and for monitoring.",
} as const;

/** A request that passed the validation of its route. */
interface ApiRequest<Body> {
  /** From `?workspace_id=`, in lower case; the key's own workspace, or `default`, if the caller named none. */
  workspace_id: string;
  /** The sender of the request. */
  caller: Caller;
  body: Body;
  header(name: string): string | undefined;
  /** Sets a header of the answer. */
  setHeader(name: string, value: string): void;
  param(name: string): string;
  /** Reads one of the parameters in {@link Route.query}. */
  query(name: string): string | undefined;
  /** Reads each value of a parameter that may be repeated. */
  queries(name: string): readonly string[];
  /** Aborts when the caller disconnects. */
  signal: AbortSignal;
}

/** A route. */
export interface Route<Body = unknown> {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Hono's notation: `/things/:id`. */
  path: string;
  tag: keyof typeof TAGS;
  summary: string;
  description?: string;
  /** Whether it takes `?workspace_id=`. */
  by_workspace?: boolean;
  /** Further query parameters, all optional: their names and descriptions. */
  query?: Readonly<Record<string, string>>;
  /** The access that the caller needs. */
  access: Access;
  /** Whether `QUOTA_ADMIN_RESET_KEY` opens it, too. */
  takes_reset_key?: boolean;
  /** The workspaces that a body names; the caller's key must cover each. */
  workspaces?: (body: Body) => readonly string[];
  body?: z.ZodMiniType<Body>;
  /** JSON of a schema, a text or a stream of a media type, or nothing. */
  answer: { status: 200 | 201; schema: z.ZodMiniType } | { status: 200; type: string } | { status: 204 };
  /** For the OpenAPI document. A test compares them with the schemas. */
  example: { params?: Readonly<Record<string, string>>; body?: NoInfer<Body>; answer?: unknown };
  /** The codes of its refusals, in addition to those of every route. */
  problems: readonly ProblemCode[];
  handle(request: ApiRequest<Body>, deps: ApiDeps): unknown;
}

/** Defines a route. The type of its body is inferred from the schema. */
export function route<Body>(definition: Route<Body>): Route {
  return definition as Route;
}
