/** The REST API and its pages as one Hono app. It listens on no port. Gateway and WebSockets are not part of it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { mountDashboard } from "./api/dashboard.ts";
import { mountDocs } from "./api/docs.ts";
import { mount, refuseOtherMethods } from "./api/mount.ts";
import { problemOf, problemResponse, shortPath } from "./api/problem_response.ts";
import type { ApiDeps, Route } from "./api/route.ts";
import { ROUTES } from "./api/routes.ts";
import { ProblemError } from "./core/problem_error.ts";
import { requestIdOf } from "./gateway/http/own_response.ts";
import type { Log } from "./runtime/log.ts";

/** The parts that the routes use, and the log for their failures. */
interface AppDeps extends ApiDeps {
  log: Log;
  /** Of the features. */
  routes?: readonly Route[];
  /** The path of `QUOTA_PUBLIC_URL`, such as `/quota`. */
  prefix?: string;
  /** The folder of the dashboard's build. */
  dashboard?: URL;
}

/** The app behind `node:http`, as the front door calls it. */
export function createPages(deps: AppDeps): (request: IncomingMessage, response: ServerResponse) => void {
  const listener = getRequestListener(createApp(deps).fetch, { overrideGlobalObjects: false });
  return (request, response) => void listener(request, response).catch(() => response.destroy());
}

/** The app itself. */
export function createApp(deps: AppDeps): Hono {
  const app = new Hono();
  const routes = [...ROUTES, ...deps.routes ?? []];
  mount(app, routes, deps);
  mountDocs(app, routes, deps.version);
  mountDashboard(app, deps.prefix, deps.dashboard);
  app.get("/api/quota/ws", (c) => {
    const detail = "Cannot answer over HTTP: open a WebSocket";
    return problemResponse(c, new ProblemError("upgrade_required", detail, { upgrade: "websocket" }));
  });
  refuseOtherMethods(app, "/api/quota/ws", ["GET"]);
  app.notFound((c) => {
    const detail = `Cannot find ${c.req.method} ${shortPath(c)}: /docs lists what there is`;
    return problemResponse(c, new ProblemError("not_found", detail));
  });
  app.onError((error, c) => {
    const known = problemOf(error);
    if (known) return problemResponse(c, known);
    const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage };
    const request_id = incoming && requestIdOf(incoming);
    deps.log("request_failed", { request_id, method: c.req.method, path: c.req.path, error: String(error) });
    return problemResponse(c, new ProblemError("internal_error", "The service failed; its log says why"));
  });
  return app;
}
