/** Puts routes on a Hono app: validates the request, calls the route, sends its answer as JSON. */
import type { Context, Hono } from "hono";
import { DEFAULT_WORKSPACE } from "../../shared/workspace.ts";
import { ProblemError } from "../core/problem_error.ts";
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
  const request = {
    workspace_id: route.by_workspace
      ? workspaceId(c.req.query("workspace_id") ?? DEFAULT_WORKSPACE)
      : DEFAULT_WORKSPACE,
    body: route.body ? await jsonBody(c, route.body) : undefined,
    header: (name: string) => c.req.header(name),
    param: (name: string) => c.req.param(name)!,
    query: (name: string) => c.req.query(name),
    signal: c.req.raw.signal,
  };
  c.header("cache-control", "no-store");
  return c.json(await route.handle(request, deps) as object, route.answer.status);
}

/** Answers 405 on `path` for the methods that no route before takes. `methods` are those that it allows. */
export function refuseOtherMethods(app: Hono, path: string, methods: readonly string[]): void {
  const allow = methods.flatMap((method) => method === "GET" ? ["GET", "HEAD"] : method).join(", ");
  app.all(path, (c) => {
    const detail = `Cannot ${c.req.method} ${shortPath(c)}: it allows ${allow}`;
    return problemResponse(c, new ProblemError("method_not_allowed", detail, { allow }));
  });
}
