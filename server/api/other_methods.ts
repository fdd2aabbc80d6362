/** 405 for a path that is known and a method that is not. */
import type { Hono } from "hono";
import { ProblemError } from "../core/problem_error.ts";
import { problemResponse, shortPath } from "./problem_response.ts";

/** Answers 405 for every method but those of the routes put on `path` before. */
export function refuseOtherMethods(app: Hono, path: string, methods: readonly string[]): void {
  const allow = methods.flatMap((method) => method === "GET" ? ["GET", "HEAD"] : method).join(", ");
  app.all(path, (c) => {
    const detail = `Cannot ${c.req.method} ${shortPath(c)}: it takes ${allow}`;
    return problemResponse(c, new ProblemError("method_not_allowed", detail, { allow }));
  });
}
