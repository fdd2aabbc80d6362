/** The REST API and its pages as one Hono app, testable without a port. The gateway and the socket are beside it. */
import { Hono } from "hono";
import { mountDocs } from "./api/docs.ts";
import { mount } from "./api/mount.ts";
import { refuseOtherMethods } from "./api/other_methods.ts";
import { ProblemError } from "./core/problem_error.ts";
import { problemOf, problemResponse, shortPath } from "./api/problem_response.ts";
import type { ApiDeps } from "./api/route.ts";
import { ROUTES } from "./api/routes.ts";
import type { Log } from "./runtime/log.ts";

/** What the API works with, and the log of what fails in it. */
export interface AppDeps extends ApiDeps {
  log: Log;
}

/** The app. It listens nowhere by itself. */
export function createApp(deps: AppDeps): Hono {
  const app = new Hono();
  mount(app, ROUTES, deps);
  mountDocs(app, ROUTES, deps.version);
  app.get("/api/quota/ws", (c) => {
    const detail = "Cannot answer over HTTP: open a WebSocket";
    return problemResponse(c, new ProblemError("upgrade_required", detail, { upgrade: "websocket" }));
  });
  refuseOtherMethods(app, "/api/quota/ws", ["GET"]);
  app.notFound((c) => {
    const detail = `Cannot find ${c.req.method} ${shortPath(c)}: see /docs for what there is`;
    return problemResponse(c, new ProblemError("not_found", detail));
  });
  app.onError((error, c) => {
    const known = problemOf(error);
    if (known) return problemResponse(c, known);
    deps.log("request_failed", { method: c.req.method, path: c.req.path, error: String(error) });
    return problemResponse(c, new ProblemError("internal_error", "The service failed; what happened is in its log"));
  });
  return app;
}
