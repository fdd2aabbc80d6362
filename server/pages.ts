/** The app behind `node:http`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { type AppDeps, createApp } from "./app.ts";

/** Answers what the front door hands on. */
export type Pages = (request: IncomingMessage, response: ServerResponse) => unknown;

/** The REST API and its pages; no global of the process is changed for them. */
export function createPages(deps: AppDeps): Pages {
  return getRequestListener(createApp(deps).fetch, { overrideGlobalObjects: false });
}
