/** Puts routes on a Hono app: validates the request, calls the route, sends its answer. */
import type { Context, Hono } from "hono";
import { ProblemError } from "../core/problem_error.ts";
import { authorize, checkCovered } from "./authorize.ts";
import { jsonBody } from "./json_body.ts";
import { problemResponse, shortPath } from "./problem_response.ts";
import type { ApiDeps, Route } from "./route.ts";
import { workspaceId } from "./workspace_id.ts";

/** Puts `routes` on `app`, and 405 for the other methods of their paths. */
export function mount(app: Hono, routes: readonly Route[], deps: ApiDeps): void {
  for (const route of routes) app.on(route.method, route.path, (c) => answer(c, route, deps));
  for (const path of new Set(routes.map((route) => route.path))) {
    refuseOtherMethods(app, path, routes.filter((route) => route.path === path).map((route) => route.method));
  }
}

async function answer(c: Context, route: Route, deps: ApiDeps): Promise<Response> {
  const named = route.by_workspace ? c.req.query("workspace_id") : undefined;
  const workspace_id = named === undefined ? null : workspaceId(named);
  const caller = authorize(route, { workspace_id, remote: remoteOf(c), header: (name) => c.req.header(name) }, deps);
  const body = route.body ? await jsonBody(c, route.body, deps.max_body_bytes) : undefined;
  for (const id of route.workspaces?.(body) ?? []) checkCovered(caller, workspaceId(id));
  const request = {
    workspace_id: caller.workspace_id,
    caller,
    body,
    header: (name: string) => c.req.header(name),
    setHeader: (name: string, value: string) => c.header(name, value),
    param: (name: string) => c.req.param(name)!,
    query: (name: string) => c.req.query(name),
    queries: (name: string) => c.req.queries(name) ?? [],
    signal: c.req.raw.signal,
  };
  c.header("cache-control", "no-store");
  const result = await route.handle(request, deps);
  if (route.answer.status === 204) return c.body(null, 204);
  if ("type" in route.answer) {
    return c.body(result as string | ReadableStream, 200, { "content-type": route.answer.type });
  }
  return c.json(result as object, route.answer.status);
}

/** The address of the connection; empty where there is none, as in a test of the app alone. */
function remoteOf(c: Context): string {
  return (c.env as { incoming?: { socket: { remoteAddress?: string } } } | undefined)?.incoming?.socket.remoteAddress ??
    "";
}

/** Answers 405 on `path` for the methods that no route before takes. `methods` are those that it allows. */
export function refuseOtherMethods(app: Hono, path: string, methods: readonly string[]): void {
  const allow = methods.flatMap((method) => method === "GET" ? ["GET", "HEAD"] : method).join(", ");
  app.all(path, (c) => {
    const detail = `Cannot ${c.req.method} ${shortPath(c)}: it allows ${allow}`;
    return problemResponse(c, new ProblemError("method_not_allowed", detail, { allow }));
  });
}
