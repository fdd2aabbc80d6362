/** Admits the caller of a route by its key. */
import { type AccessRequest, type Admitted, type Caller, isRefused, type Refused } from "../access/access_control.ts";
import { isAllowedModel } from "../access/key.ts";
import { covers } from "../access/gate.ts";
import { ProblemError } from "../core/problem_error.ts";
import type { ApiDeps, Route } from "./route.ts";

type Deps = Pick<ApiDeps, "access" | "calls">;

/** The parts of a request that name its caller. */
type CallerOf = Pick<AccessRequest, "header" | "remote" | "workspace_id">;

/**
 * @throws {ProblemError} for a caller that may not use the route.
 */
export function authorize(route: Route, caller: CallerOf, deps: Deps): Caller {
  const { access } = deps;
  const { access: needed, takes_reset_key } = route;
  const by_cookie = route.method === "GET" ? "read" : "write";
  const decision = access.admit({ ...caller, access: needed, takes_reset_key, is_gateway: false, by_cookie });
  if (!isRefused(decision)) return countedCaller(route, decision, caller, deps);
  throw refusal(route, decision, access.isTeam);
}

function countedCaller(route: Route, decision: Admitted, caller: CallerOf, { access, calls }: Deps): Caller {
  const wait_ms = calls?.take(decision) ?? 0;
  if (wait_ms > 0) throw tooManyCalls(route, calls!.per_minute, wait_ms);
  return { ...decision, address: access.addressOf(caller.remote, caller.header) };
}

/** With the fields of https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/. */
function tooManyCalls({ method, path }: Route, per_minute: number, retry_after_ms: number): ProblemError {
  const seconds = Math.ceil(retry_after_ms / 1000);
  const detail = `Cannot ${method} ${path}: the key has used its ${per_minute} API calls a minute ` +
    `(QUOTA_API_CALLS_PER_MINUTE). Try again in ${seconds} s`;
  return new ProblemError("too_many_api_calls", detail, {
    "retry-after": `${seconds}`,
    "ratelimit-policy": `"api_calls";q=${per_minute};w=60`,
    "ratelimit": `"api_calls";r=0;t=${seconds}`,
  });
}

/** @throws {ProblemError} `not_allowed` for a workspace that the caller's key does not cover. */
export function checkCovered({ key }: Admitted, workspace_id: string): void {
  if (key === null || covers(key, workspace_id)) return;
  throw new ProblemError(
    "not_allowed",
    `Cannot do this for workspace "${workspace_id}": key ${key.id} does not cover it`,
  );
}

/** @throws {ProblemError} `not_allowed` for a model that the caller's key does not list. */
export function checkModel({ key }: Admitted, model: string | null): void {
  const models = key?.models ?? null;
  if (models === null || model === null || isAllowedModel(models, model)) return;
  const detail = `Cannot reserve for ${model.slice(0, 100)}: key ${key!.id} may call ${
    models.join(", ").slice(0, 500)
  }`;
  throw new ProblemError("not_allowed", detail);
}

function refusal(route: Route, { denied, detail, retry_after_ms }: Refused, isTeam: boolean): ProblemError {
  const what = `${route.method} ${route.path}`;
  // Clients of versions without keys expect this code for the header X-Admin-Key.
  const isLegacy = route.takes_reset_key && !isTeam && (denied === "key_missing" || denied === "key_invalid");
  if (isLegacy) {
    return new ProblemError("admin_key_wrong", `Cannot ${what}: the header X-Admin-Key is missing or wrong`);
  }
  const headers: Record<string, string> = {};
  if (denied === "key_missing") headers["www-authenticate"] = "Bearer";
  if (retry_after_ms !== undefined) headers["retry-after"] = String(Math.ceil(retry_after_ms / 1000));
  return new ProblemError(denied, `Cannot ${what}: ${detail}`, headers);
}
