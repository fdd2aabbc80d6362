/** Puts routes on a Hono app: checks what comes, answers problems for what is wrong. */
import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as z from "zod/mini";
import { LedgerError } from "../ledger/ledger.ts";
import { problem } from "../../shared/problem.ts";
import { DEFAULT_WORKSPACE } from "../../shared/workspace.ts";
import { ProblemError } from "./problem_error.ts";
import type { ApiDeps, Route } from "./route.ts";
import { workspaceId } from "./workspace_id.ts";

/** A batch of 500 reports is a quarter of it. */
const MOST_BODY_BYTES = 1024 * 1024;

export function mount(app: Hono, routes: readonly Route[], deps: ApiDeps): void {
  const limit = bodyLimit({ maxSize: MOST_BODY_BYTES, onError: (c) => problemResponse(c, tooLarge()) });
  for (const route of routes) app.on(route.method, route.path, limit, (c) => answer(c, route, deps));
  // After the routes: whatever comes here has a known path and an unknown method.
  for (const path of new Set(routes.map((route) => route.path))) app.all(path, (c) => wrongMethod(c, path, routes));
}

async function answer(c: Context, route: Route, deps: ApiDeps): Promise<Response> {
  const request = {
    workspace_id: route.by_workspace
      ? workspaceId(c.req.query("workspace_id") ?? DEFAULT_WORKSPACE)
      : DEFAULT_WORKSPACE,
    body: route.body ? await checkedBody(c, route.body) : undefined,
    header: (name: string) => c.req.header(name),
    param: (name: string) => c.req.param(name)!,
  };
  c.header("cache-control", "no-store");
  return c.json(await route.handle(request, deps) as object, route.answer.status);
}

async function checkedBody<Body>(c: Context, schema: z.ZodMiniType<Body>): Promise<Body> {
  if (!c.req.header("content-type")?.toLowerCase().includes("json")) {
    throw new ProblemError(
      "unsupported_media_type",
      `Cannot read the body of ${c.req.path}: send it as application/json`,
    );
  }
  let value: unknown;
  try {
    value = await c.req.json();
  } catch (error) {
    // The body limit's own error is told from a parser's by its name; what else fails is not JSON.
    if (error instanceof Error && error.name === "BodyLimitError") throw tooLarge();
    throw new ProblemError("malformed_json", `Cannot read the body of ${c.req.path}: it is no JSON`);
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  throw new ProblemError("invalid_request", `Cannot take the body of ${c.req.path}: ${z.prettifyError(checked.error)}`);
}

/** The problem body for whatever was thrown. What is not ours to tell is logged, not shown. */
export function problemOf(error: unknown): ProblemError | null {
  if (error instanceof ProblemError) return error;
  if (error instanceof LedgerError) {
    return new ProblemError("ledger_unavailable", `Cannot read or write the ledger: ${error.message}`);
  }
  return null;
}

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

function wrongMethod(c: Context, path: string, routes: readonly Route[]): Response {
  const allow = routes.filter((route) => route.path === path).map((route) => route.method).join(", ");
  const detail = `Cannot ${c.req.method} ${c.req.path}: it takes ${allow}`;
  return problemResponse(c, new ProblemError("method_not_allowed", detail, { allow }));
}
