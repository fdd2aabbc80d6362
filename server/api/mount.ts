/** Puts routes on a Hono app: checks what comes, answers problems for what is wrong. */
import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { LedgerError } from "../ledger/ledger.ts";
import { problem } from "../../shared/problem.ts";
import { DEFAULT_WORKSPACE } from "../../shared/workspace.ts";
import { jsonBody } from "./json_body.ts";
import { ProblemError } from "./problem_error.ts";
import type { ApiDeps, Route } from "./route.ts";
import { workspaceId } from "./workspace_id.ts";

/** A batch of 500 reports is a quarter of it. */
const MOST_BODY_BYTES = 1024 * 1024;

/** Puts `routes` on `app`. */
export function mount(app: Hono, routes: readonly Route[], deps: ApiDeps): void {
  const limit = bodyLimit({ maxSize: MOST_BODY_BYTES, onError: (c) => problemResponse(c, tooLarge()) });
  for (const route of routes) app.on(route.method, route.path, limit, (c) => answer(c, route, deps));
  for (const path of new Set(routes.map((route) => route.path))) {
    refuseOtherMethods(app, path, routes.filter((route) => route.path === path).map((route) => route.method));
  }
}

/** Answers 405 for every method but those of the routes put on `path` before. */
export function refuseOtherMethods(app: Hono, path: string, methods: readonly string[]): void {
  const allow = methods.flatMap((method) => method === "GET" ? ["GET", "HEAD"] : method).join(", ");
  app.all(path, (c) => {
    const detail = `Cannot ${c.req.method} ${shortPath(c)}: it takes ${allow}`;
    return problemResponse(c, new ProblemError("method_not_allowed", detail, { allow }));
  });
}

async function answer(c: Context, route: Route, deps: ApiDeps): Promise<Response> {
  const request = {
    workspace_id: route.by_workspace
      ? workspaceId(c.req.query("workspace_id") ?? DEFAULT_WORKSPACE)
      : DEFAULT_WORKSPACE,
    body: route.body ? await jsonBody(c, route.body) : undefined,
    header: (name: string) => c.req.header(name),
    param: (name: string) => c.req.param(name)!,
  };
  c.header("cache-control", "no-store");
  return c.json(await route.handle(request, deps) as object, route.answer.status);
}

/** The refusal that an error is; `null` for one that is not the caller's to know. */
export function problemOf(error: unknown): ProblemError | null {
  if (error instanceof ProblemError) return error;
  if (error instanceof LedgerError) {
    return new ProblemError("ledger_unavailable", `Cannot read or write the ledger: ${error.message}`);
  }
  return null;
}

/** Answers a refusal as a problem body. */
export function problemResponse(c: Context, { code, message, headers, extra }: ProblemError): Response {
  const body = { ...problem(code, message), ...extra };
  return c.body(JSON.stringify(body), body.status as 400, { "content-type": "application/problem+json", ...headers });
}

function tooLarge(): ProblemError {
  return new ProblemError(
    "body_too_large",
    `Cannot read a body of more than ${MOST_BODY_BYTES} bytes: send less at once`,
  );
}

/** The path as a refusal shows it. */
export function shortPath(c: Context): string {
  return c.req.path.slice(0, 200);
}
